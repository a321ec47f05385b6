// A real Apache with mod_auth_openidc in front of a page that shows what it was told.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issuer } from './doorward.mjs'

const MODULES = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', 'headers', 'auth_openidc']

export async function freePort() {
  const probe = net.createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const { port } = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return port
}

export async function start(port, client) {
  const folder = mkdtempSync(join(tmpdir(), 'doorward-apache.'))
  const pages = join(folder, 'pages/secure')
  mkdirSync(pages, { recursive: true })
  // The workers run as another account when root starts them.
  for (const path of [folder, join(folder, 'pages'), pages]) chmodSync(path, 0o755)
  writeFileSync(join(pages, 'index.html'), 'protected')
  writeFileSync(join(folder, 'pages/index.html'), 'public')
  writeFileSync(join(folder, 'apache.conf'), configuration(folder, port, client))
  const process = spawn('apache2', ['-X', '-f', join(folder, 'apache.conf')], { stdio: 'inherit' })
  const stop = async () => {
    process.kill('SIGTERM')
    await new Promise((resolve) => (process.exitCode === null ? process.once('exit', resolve) : resolve()))
    rmSync(folder, { recursive: true, force: true })
  }
  const log = () => readFileSync(join(folder, 'error.log'), 'utf8')
  for (const until = Date.now() + 20_000; ; ) {
    if (await fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.ok, () => false)) return { stop, log }
    if (process.exitCode !== null || Date.now() > until) throw new Error(`Apache does not answer: ${log()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const configuration = (folder, port, client) => `
ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
${process.getuid() === 0 ? 'User nobody\nGroup nogroup' : ''}
${MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
DocumentRoot ${folder}/pages
DirectoryIndex index.html
<Directory ${folder}/pages>
  Require all granted
</Directory>

OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration
OIDCClientID ${client.client_id}
OIDCClientSecret ${client.client_secret}
OIDCRedirectURI http://127.0.0.1:${port}/secure/callback
OIDCScope "openid profile email offline_access"
OIDCPKCEMethod S256
OIDCCryptoPassphrase ${randomUUID()}
OIDCCacheType shm
OIDCInfoHook iat access_token userinfo id_token session
OIDCDefaultLoggedOutURL http://127.0.0.1:${port}/

<Location /secure>
  AuthType openid-connect
  Require valid-user
  Header always set X-Sub "%{OIDC_CLAIM_sub}e"
  Header always set X-Email "%{OIDC_CLAIM_email}e"
</Location>
`
