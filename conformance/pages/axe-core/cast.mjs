// The people and applications that the pages are about.
import { createHash, randomBytes } from 'node:crypto'
import { doorward, issuer, register, scim } from './doorward.mjs'

const people = {
  ada: ['Ada', 'Lovelace'],
  alan: ['Alan', 'Turing'],
  grace: ['Grace', 'Hopper'],
  mary: ['Mary', 'Somerville'],
  emmy: ['Emmy', 'Noether'],
  lise: ['Lise', 'Meitner'],
  // A name and a domain that are longer than a phone is wide.
  long: ['Maximiliane-Alexandra', 'Hohenlohe-Waldenburg-Schillingsfürst'],
}

// `domain` keeps the people of one walk apart from those of another.
export async function provision(who, domain) {
  const [givenName, familyName] = people[who]
  const plain = `${givenName}.${familyName}`.toLowerCase().replace('ü', 'ue')
  const email = `${plain}@${who === 'long' ? 'informationstechnologie-verwaltung.' : ''}${domain}`
  const user = await scim('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: email,
    externalId: email,
    active: true,
    displayName: `${givenName} ${familyName}`,
    name: { givenName, familyName },
    emails: [{ type: 'work', value: email, primary: true }],
  })
  const person = { id: user.id, userName: email, email, password: 'an unhurried green kettle' }
  doorward(['user', 'set-password', email, '--password-stdin'], person.password)
  return person
}

// A second factor is asked of the members of this group.
export async function requireSecondFactor(name, ...members) {
  const group = await scim('POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: name,
    members: members.map((member) => ({ value: member.id })),
  })
  doorward(['mfa', 'require', '--group', group.id])
}

// An application with all that its consent page can show.
export async function wiki(application) {
  const callback = `${application.address}/callback`
  const made = await register(callback, {
    logo_uri: `${application.address}/logo.svg`,
    client_uri: 'https://wiki.example.com/',
    policy_uri: 'https://wiki.example.com/privacy',
    tos_uri: 'https://wiki.example.com/terms',
    post_logout_redirect_uris: [`${application.address}/bye`],
    token_endpoint_auth_method: 'client_secret_post',
    frontchannel_logout_uri: `${application.address}/signed-out`,
  }, '--name', 'Wiki', '--scope', 'openid profile email address phone offline_access')
  return { ...made, callback, scope: 'openid profile email address phone offline_access' }
}

const verifier = randomBytes(32).toString('base64url')

export function signInAddress(client, parameters = {}) {
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const query = new URLSearchParams({
    client_id: client.client_id, redirect_uri: client.callback, response_type: 'code', scope: client.scope,
    state: 'state', nonce: 'nonce', code_challenge: challenge, code_challenge_method: 'S256', ...parameters,
  })
  return `/oauth2/authorize?${query}`
}

// What the application does with the code in the address that a person was led to.
export async function redeem(client, address) {
  const form = new URLSearchParams({
    grant_type: 'authorization_code', code: new URL(address).searchParams.get('code'), redirect_uri: client.callback,
    code_verifier: verifier, client_id: client.client_id, client_secret: client.client_secret,
  })
  const answer = await fetch(`${issuer}/oauth2/token`, { method: 'POST', body: form })
  if (!answer.ok) throw new Error(`token: ${answer.status} ${await answer.text()}`)
}

// A television that asks to be let in (RFC 8628), and the code that it shows.
export async function television(application) {
  const callback = `${application.address}/callback`
  const { client_id } = await register(callback, {}, '--name', 'Television', '--public', '--scope', 'openid profile',
    '--grant', 'authorization_code', '--grant', 'urn:ietf:params:oauth:grant-type:device_code')
  return async () => {
    const answer = await fetch(`${issuer}/oauth2/device`, { method: 'POST', body: new URLSearchParams({ client_id, scope: 'openid profile' }) })
    return (await answer.json()).user_code
  }
}

export const temporaryPass = (person) =>
  JSON.parse(doorward(['user', 'issue-pass', person.userName, '--reason', 'lost their phone', '--json'])).pass

export function mustChangePassword(person) {
  person.password = 'a password of the administration'
  doorward(['user', 'set-password', person.userName, '--password-stdin', '--force-change'], person.password)
}
