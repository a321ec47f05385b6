// The server under test: its address, its command line, and people provisioned over SCIM.
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const issuer = process.env.DOORWARD_PUBLIC_URL
export const redirectUri = 'http://127.0.0.1:9/callback'

export const doorward = (args, input = '') =>
  execFileSync(process.env.DOORWARD_BIN, args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'inherit'] })

export const createClient = (...options) => createClientAt(redirectUri, {}, ...options)

export const createClientAt = (redirectUri, metadata, ...options) =>
  register(redirectUri, metadata, '--name', `Application ${randomUUID()}`, '--scope', 'openid profile email offline_access',
    ...options)

// `metadata` is what the options do not know, in the names of RFC 7591.
export async function register(redirectUri, metadata, ...options) {
  const folder = mkdtempSync(join(tmpdir(), 'doorward-client.'))
  const file = join(folder, 'metadata.json')
  writeFileSync(file, JSON.stringify(metadata))
  const made = JSON.parse(doorward(['client', 'create', '--redirect-uri', redirectUri, '--metadata', file, ...options, '--json']))
  rmSync(folder, { recursive: true })
  await known(made.client_id, redirectUri)
  return made
}

// The command is another process than the server, which looks for such changes every second.
async function known(clientId, redirectUri) {
  const query = new URLSearchParams({ client_id: clientId, redirect_uri: redirectUri, response_type: 'none' })
  for (const until = Date.now() + 5000; Date.now() < until; ) {
    const answer = await fetch(`${issuer}/oauth2/authorize?${query}`, { redirect: 'manual' })
    await answer.arrayBuffer()
    if (answer.status === 302 || answer.status === 303) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the server does not know a client that was registered five seconds ago')
}

const apiKey = JSON.parse(doorward(['api-key', 'create', '--name', 'conformance', '--scope', 'scim',
  '--expires-in', '1d', '--json'])).key

export async function scim(method, path, body) {
  const answer = await fetch(`${issuer}/scim/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`SCIM ${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.status === 204 ? undefined : answer.json()
}

export async function provision() {
  const name = `ada.${randomUUID()}`
  const user = await scim('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: `${name}@example.com`,
    externalId: randomUUID(),
    active: true,
    displayName: 'Ada Lovelace',
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    emails: [{ type: 'work', value: `${name}@example.com`, primary: true }],
  })
  const password = `correct horse ${randomUUID()}`
  doorward(['user', 'set-password', user.userName, '--password-stdin'], password)
  return { id: user.id, userName: user.userName, email: user.userName, password }
}

export const deactivate = (person) =>
  scim('PATCH', `/Users/${person.id}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
  })
