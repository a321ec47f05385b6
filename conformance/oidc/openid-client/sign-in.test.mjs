import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as oidc from 'openid-client'
import { Browser } from './browser.mjs'
import { createClient, deactivate, issuer, provision, redirectUri } from './doorward.mjs'
import { walk } from './person.mjs'

const SCOPE = 'openid profile email offline_access'
let ada, registered, config

// Signatures of id_tokens are verified against the published keys, not just trusted for TLS.
const discover = (client, authentication) =>
  oidc.discovery(new URL(issuer), client.client_id, client.client_secret, authentication, {
    execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
  })

before(async () => {
  ada = await provision()
  registered = await createClient()
  config = await discover(registered)
})

async function request(configuration = config, parameters = {}) {
  const verifier = oidc.randomPKCECodeVerifier()
  const checks = { pkceCodeVerifier: verifier, expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() }
  const url = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: SCOPE,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...parameters,
  })
  return { url, checks }
}

async function signIn(configuration = config, person = ada) {
  const { url, checks } = await request(configuration)
  const callback = await walk(url, person)
  return { callback, checks, tokens: await oidc.authorizationCodeGrant(configuration, callback, checks) }
}

const refuses = (promise, error) =>
  assert.rejects(promise, (raised) => {
    assert.equal(raised.error, error, `${raised.name}: ${raised.message}`)
    return true
  })

describe('discovery', () => {
  test('names the issuer, its endpoints and what they can do', () => {
    const server = config.serverMetadata()
    assert.equal(server.issuer, issuer)
    for (const endpoint of ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri']) {
      assert.ok(server[endpoint].startsWith(`${issuer}/`), endpoint)
    }
    assert.ok(server.supportsPKCE('S256'))
    assert.ok(!(server.code_challenge_methods_supported ?? []).includes('plain'))
    assert.equal(server.authorization_response_iss_parameter_supported, true)
    assert.ok(server.response_types_supported.includes('code'))
    assert.ok(server.id_token_signing_alg_values_supported.includes('RS256'))
  })

  test('is served at the RFC 8414 address too', async () => {
    const found = await oidc.discovery(new URL(issuer), registered.client_id, registered.client_secret, undefined, {
      algorithm: 'oauth2',
      execute: [oidc.allowInsecureRequests],
    })
    assert.equal(found.serverMetadata().token_endpoint, config.serverMetadata().token_endpoint)
  })
})

describe('the code flow with PKCE', () => {
  test('ends with an id_token that says who signed in, when and how', async () => {
    const before = Math.floor(Date.now() / 1000)
    const { tokens, checks } = await signIn()
    const claims = tokens.claims()
    assert.equal(claims.iss, issuer)
    assert.deepEqual([claims.aud].flat(), [registered.client_id])
    assert.ok(claims.sub)
    assert.equal(claims.nonce, checks.expectedNonce)
    assert.ok(claims.auth_time >= before - 5 && claims.auth_time <= Date.now() / 1000 + 5, `auth_time ${claims.auth_time}`)
    assert.ok(claims.amr.includes('pwd'), `amr ${claims.amr}`)
    assert.equal(typeof claims.acr, 'string')
    assert.equal(tokens.token_type.toLowerCase(), 'bearer')
    assert.ok(tokens.expires_in > 0)
    assert.ok(tokens.refresh_token)
  })

  test('asks for consent once, and signs in again without a page while the session lasts', async () => {
    const browser = new Browser()
    await walk((await request()).url, ada, { browser })
    const { url, checks } = await request()
    const page = await browser.open(url, redirectUri)
    assert.ok(page.redirected, `no page was expected, but ${page.url}`)
    await oidc.authorizationCodeGrant(config, page.redirected, checks)
  })

  test('works for a public client', async () => {
    const open = await discover(await createClient('--public'), oidc.None())
    assert.ok((await signIn(open)).tokens.id_token)
  })

  test('works with the secret in the body and in the header', async () => {
    for (const way of [oidc.ClientSecretPost, oidc.ClientSecretBasic]) {
      const client = await createClient()
      const own = await discover(client, way(client.client_secret))
      assert.ok((await signIn(own)).tokens.id_token)
    }
  })

  test('names the issuer in the response, and a response of another issuer is refused', async () => {
    const { url, checks } = await request()
    const callback = await walk(url, ada)
    assert.equal(callback.searchParams.get('iss'), issuer)
    const mixedUp = new URL(callback)
    mixedUp.searchParams.set('iss', 'https://attacker.example')
    await assert.rejects(oidc.authorizationCodeGrant(config, mixedUp, checks), { code: 'OAUTH_INVALID_RESPONSE' })
    const without = new URL(callback)
    without.searchParams.delete('iss')
    await assert.rejects(oidc.authorizationCodeGrant(config, without, checks), { code: 'OAUTH_INVALID_RESPONSE' })
  })

  test('refuses a code with the verifier of another request', async () => {
    const { url, checks } = await request()
    const callback = await walk(url, ada)
    const other = { ...checks, pkceCodeVerifier: oidc.randomPKCECodeVerifier() }
    await refuses(oidc.authorizationCodeGrant(config, callback, other), 'invalid_grant')
  })

  test('refuses a code the second time, and ends what the first gave', async () => {
    const { callback, checks, tokens } = await signIn()
    await refuses(oidc.authorizationCodeGrant(config, callback, checks), 'invalid_grant')
    await refuses(oidc.refreshTokenGrant(config, tokens.refresh_token), 'invalid_grant')
  })

  test('refuses a wrong client secret', async () => {
    const { url, checks } = await request()
    const callback = await walk(url, ada)
    const wrong = await discover({ ...registered, client_secret: 'wrong' })
    const raised = await oidc.authorizationCodeGrant(wrong, callback, checks).catch((error) => error)
    assert.equal(raised.status, 401, String(raised))
    assert.equal((await raised.response.json()).error, 'invalid_client')
  })

  test('refuses a public client that does not use PKCE, at the application', async () => {
    const open = await discover(await createClient('--public'), oidc.None())
    const url = oidc.buildAuthorizationUrl(open, { redirect_uri: redirectUri, scope: SCOPE, state: 'kept' })
    const callback = (await new Browser().open(url, redirectUri)).redirected
    assert.equal(callback?.searchParams.get('error'), 'invalid_request')
    assert.equal(callback.searchParams.get('state'), 'kept')
    assert.equal(callback.searchParams.get('iss'), issuer)
  })

  test('shows a page, never a redirect, for a redirect URI that is not registered', async () => {
    const { url } = await request(config, { redirect_uri: 'http://127.0.0.1:9/elsewhere' })
    const page = await new Browser().open(url, 'http://127.0.0.1:9/')
    assert.equal(page.redirected, undefined)
    assert.equal(page.status, 400)
  })
})

describe('refusals reach the application', () => {
  test('login_required when there is no session and no page may be shown', async () => {
    const { url, checks } = await request(config, { prompt: 'none' })
    const callback = (await new Browser().open(url, redirectUri)).redirected
    await refuses(oidc.authorizationCodeGrant(config, callback, checks), 'login_required')
  })

  test('access_denied when the person denies consent', async () => {
    const fresh = await discover(await createClient())
    const { url, checks } = await request(fresh)
    const callback = await walk(url, ada, { consent: 'consent-deny' })
    await refuses(oidc.authorizationCodeGrant(fresh, callback, checks), 'access_denied')
  })
})

describe('refresh', () => {
  test('rotates the token and keeps who signed in and when', async () => {
    const { tokens } = await signIn()
    const next = await oidc.refreshTokenGrant(config, tokens.refresh_token)
    assert.ok(next.refresh_token)
    assert.notEqual(next.refresh_token, tokens.refresh_token)
    assert.notEqual(next.access_token, tokens.access_token)
    assert.equal(next.claims().sub, tokens.claims().sub)
    assert.equal(next.claims().auth_time, tokens.claims().auth_time)
    const third = await oidc.refreshTokenGrant(config, next.refresh_token)
    assert.notEqual(third.refresh_token, next.refresh_token)
  })

  test('refuses a rotated token, and the whole family ends', async () => {
    const { tokens } = await signIn()
    const next = await oidc.refreshTokenGrant(config, tokens.refresh_token)
    const newest = await oidc.refreshTokenGrant(config, next.refresh_token)
    await refuses(oidc.refreshTokenGrant(config, tokens.refresh_token), 'invalid_grant')
    await refuses(oidc.refreshTokenGrant(config, newest.refresh_token), 'invalid_grant')
  })

  test('refuses the token of another client', async () => {
    const { tokens } = await signIn()
    const other = await discover(await createClient())
    await refuses(oidc.refreshTokenGrant(other, tokens.refresh_token), 'invalid_grant')
  })

  test('cannot widen the scope', async () => {
    const { tokens } = await signIn()
    await refuses(oidc.refreshTokenGrant(config, tokens.refresh_token, { scope: `${SCOPE} scim` }), 'invalid_scope')
  })
})

describe('userinfo', () => {
  test('tells the same person as the id_token, and what the scopes allow', async () => {
    const { tokens } = await signIn()
    const info = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
    assert.equal(info.email, ada.email)
    assert.equal(info.given_name, 'Ada')
    assert.equal(info.family_name, 'Lovelace')
  })

  test('refuses a token that it did not issue, with a bearer challenge', async () => {
    await assert.rejects(oidc.fetchUserInfo(config, 'not.a.token', oidc.skipSubjectCheck), (raised) => {
      assert.equal(raised.status, 401)
      assert.equal(raised.cause[0].scheme, 'bearer')
      assert.equal(raised.cause[0].parameters.error, 'invalid_token')
      return true
    })
  })

  test('refuses an id_token', async () => {
    const { tokens } = await signIn()
    await assert.rejects(oidc.fetchUserInfo(config, tokens.id_token, oidc.skipSubjectCheck), { status: 401 })
  })
})

describe('a person who is deactivated over SCIM', () => {
  test('loses the refresh token and userinfo at once, and cannot sign in', async () => {
    const grace = await provision()
    const browser = new Browser()
    const { url, checks } = await request()
    const tokens = await oidc.authorizationCodeGrant(config, await walk(url, grace, { browser }), checks)
    await deactivate(grace)
    await assert.rejects(oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub), { status: 401 })
    await refuses(oidc.refreshTokenGrant(config, tokens.refresh_token), 'invalid_grant')
    const page = await browser.open((await request()).url, redirectUri)
    assert.equal(page.redirected, undefined, 'the browser session has ended')
    const again = await browser.submit(page, 'login-submit', { username: grace.userName, password: grace.password }, redirectUri)
    assert.equal(again.redirected, undefined)
  })
})
