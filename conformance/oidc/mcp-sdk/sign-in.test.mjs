import assert from 'node:assert/strict'
import http from 'node:http'
import { after, before, describe, test } from 'node:test'
import { auth, discoverAuthorizationServerMetadata } from '@modelcontextprotocol/sdk/client/auth.js'
import { createClientAt, issuer, provision } from './doorward.mjs'
import { walk } from './person.mjs'

// A port that no one registered: a native application listens where it can (RFC 8252 §7.3).
const CALLBACK = 'http://127.0.0.1:9/callback'
const FLEXIBLE = 'http://127.0.0.1:9123/callback'
let resource, server

before(async () => {
  server = http.createServer((request, response) => {
    const known = request.url.startsWith('/.well-known/oauth-protected-resource')
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ resource, authorization_servers: [issuer], scopes_supported: ['openid', 'profile', 'offline_access'] }))
  })
  await new Promise((resolve) => server.listen(0, 'localhost', resolve))
  resource = `http://localhost:${server.address().port}/mcp`
})

after(() => { server.close(); server.closeAllConnections() })

class Provider {
  saved = {}
  constructor(information, redirectUrl) { Object.assign(this, { information, redirectUrl }) }
  get clientMetadata() {
    return { client_name: 'MCP client', redirect_uris: [this.redirectUrl], grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'], token_endpoint_auth_method: 'none' }
  }
  state = () => 'a state'
  clientInformation = () => this.information
  saveClientInformation = (information) => { this.information = information }
  tokens = () => this.saved.tokens
  saveTokens = (tokens) => { this.saved.tokens = tokens }
  redirectToAuthorization = (url) => { this.saved.url = url }
  saveCodeVerifier = (verifier) => { this.saved.verifier = verifier }
  codeVerifier = () => this.saved.verifier
}

async function authorized(provider) {
  assert.equal(await auth(provider, { serverUrl: resource }), 'REDIRECT')
  assert.equal(provider.saved.url.searchParams.get('resource'), resource)
  const callback = await walk(provider.saved.url, await provision(), { until: provider.redirectUrl })
  assert.equal(callback.searchParams.get('error'), null, callback.href)
  assert.equal(callback.searchParams.get('iss'), issuer)
  const authorizationCode = callback.searchParams.get('code')
  assert.equal(await auth(provider, { serverUrl: resource, authorizationCode }), 'AUTHORIZED')
  return provider.saved.tokens
}

const audience = (tokens) => [JSON.parse(Buffer.from(tokens.access_token.split('.')[1], 'base64url')).aud].flat()

describe('an MCP client', () => {
  test('finds the metadata of the issuer', async () => {
    const metadata = await discoverAuthorizationServerMetadata(issuer)
    assert.equal(metadata.issuer, issuer)
    assert.ok(metadata.code_challenge_methods_supported.includes('S256'))
  })

  test('that is registered beforehand gets tokens for its resource alone, and refreshes them', async () => {
    const client = await createClientAt(CALLBACK, { resources: [resource] }, '--public')
    const provider = new Provider({ client_id: client.client_id }, FLEXIBLE)
    const tokens = await authorized(provider)
    assert.deepEqual(audience(tokens), [resource])
    assert.ok(tokens.refresh_token)
    assert.equal(await auth(provider, { serverUrl: resource }), 'AUTHORIZED')
    assert.notEqual(provider.saved.tokens.refresh_token, tokens.refresh_token)
    assert.deepEqual(audience(provider.saved.tokens), [resource])
  })
})
