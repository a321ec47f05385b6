import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import { Browser, has } from './browser.mjs'
import { createClient, issuer, provision, redirectUri } from './doorward.mjs'
import { walk } from './person.mjs'

const SCOPE = 'openid profile email offline_access'
const plain = { [oauth.allowInsecureRequests]: true }
let ada, server, open, confidential

before(async () => {
  const answer = await oauth.discoveryRequest(new URL(issuer), { algorithm: 'oidc', ...plain })
  server = await oauth.processDiscoveryResponse(new URL(issuer), answer)
  ada = await provision()
  open = { client: { client_id: (await createClient('--public')).client_id }, proof: oauth.None() }
  const made = await createClient('--grant', 'authorization_code', '--grant', 'refresh_token', '--grant', 'client_credentials',
    '--grant', 'urn:ietf:params:oauth:grant-type:device_code')
  confidential = { client: { client_id: made.client_id }, proof: oauth.ClientSecretBasic(made.client_secret) }
})

async function begin(who, extra = {}) {
  const verifier = oauth.generateRandomCodeVerifier()
  const parameters = new URLSearchParams({
    client_id: who.client.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: SCOPE,
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...extra,
  })
  return { verifier, parameters }
}

const address = (parameters) => `${server.authorization_endpoint}?${parameters}`

async function redeem(who, callback, { verifier, parameters }, options = {}) {
  const validated = oauth.validateAuthResponse(server, who.client, callback, parameters.get('state'))
  const answer = await oauth.authorizationCodeGrantRequest(
    server, who.client, who.proof, validated, redirectUri, verifier, { ...plain, ...options })
  return oauth.processAuthorizationCodeResponse(server, who.client, answer, {
    expectedNonce: parameters.get('nonce'), requireIdToken: true })
}

async function signIn(who, extra) {
  const begun = await begin(who, extra)
  return redeem(who, await walk(address(begun.parameters), ada), begun)
}

// With a nonce of the server, which is asked for once (RFC 9449 §8).
async function withNonce(dpop, send) {
  try {
    return await send()
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error
    return send()
  }
}

describe('the code flow', () => {
  test('of a public client ends with tokens of the right shape', async () => {
    const tokens = await signIn(open)
    const claims = oauth.getValidatedIdTokenClaims(tokens)
    const answer = await oauth.userInfoRequest(server, open.client, tokens.access_token, plain)
    const info = await oauth.processUserInfoResponse(server, open.client, claims.sub, answer)
    assert.equal(info.email, ada.email)
  })

  test('gives an access token that a resource server accepts by RFC 9068', async () => {
    const tokens = await signIn(confidential)
    const request = new Request('https://api.example.com/', { headers: { authorization: `Bearer ${tokens.access_token}` } })
    const { aud } = JSON.parse(Buffer.from(tokens.access_token.split('.')[1], 'base64url'))
    const claims = await oauth.validateJwtAccessToken(server, request, [aud].flat()[0], plain)
    assert.equal(claims.client_id, confidential.client.client_id)
  })

  test('refreshes', async () => {
    const tokens = await signIn(confidential)
    const answer = await oauth.refreshTokenGrantRequest(server, confidential.client, confidential.proof, tokens.refresh_token, plain)
    const next = await oauth.processRefreshTokenResponse(server, confidential.client, answer)
    assert.notEqual(next.refresh_token, tokens.refresh_token)
  })

  test('through a pushed request', async () => {
    const begun = await begin(confidential)
    const pushed = await oauth.pushedAuthorizationRequest(server, confidential.client, confidential.proof, begun.parameters, plain)
    const { request_uri } = await oauth.processPushedAuthorizationResponse(server, confidential.client, pushed)
    const callback = await walk(address(new URLSearchParams({ client_id: confidential.client.client_id, request_uri })), ada)
    assert.ok((await redeem(confidential, callback, begun)).id_token)
  })
})

describe('DPoP', () => {
  test('binds the tokens of a public client from the code to userinfo and refresh', async () => {
    const dpop = oauth.DPoP(open.client, await oauth.generateKeyPair('ES256'))
    const begun = await begin(open, { dpop_jkt: await dpop.calculateThumbprint() })
    const callback = await walk(address(begun.parameters), ada)
    const tokens = await withNonce(dpop, () => redeem(open, callback, begun, { DPoP: dpop }))
    assert.equal(tokens.token_type, 'dpop')
    const claims = oauth.getValidatedIdTokenClaims(tokens)
    const info = await withNonce(dpop, async () => oauth.processUserInfoResponse(server, open.client, claims.sub,
      await oauth.userInfoRequest(server, open.client, tokens.access_token, { ...plain, DPoP: dpop })))
    assert.equal(info.sub, claims.sub)
    const next = await withNonce(dpop, async () => oauth.processRefreshTokenResponse(server, open.client,
      await oauth.refreshTokenGrantRequest(server, open.client, open.proof, tokens.refresh_token, { ...plain, DPoP: dpop })))
    assert.equal(next.token_type, 'dpop')
  })

  test('makes a bound token worth nothing without its key', async () => {
    const dpop = oauth.DPoP(open.client, await oauth.generateKeyPair('ES256'))
    const begun = await begin(open)
    const callback = await walk(address(begun.parameters), ada)
    const tokens = await withNonce(dpop, () => redeem(open, callback, begun, { DPoP: dpop }))
    const answer = await fetch(server.userinfo_endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    assert.equal(answer.status, 401)
    const stolen = await oauth.refreshTokenGrantRequest(server, open.client, open.proof, tokens.refresh_token, plain)
    assert.equal(stolen.status, 400)
  })
})

describe('a confidential client', () => {
  test('gets a token for itself', async () => {
    const answer = await oauth.clientCredentialsGrantRequest(server, confidential.client, confidential.proof, {}, plain)
    const tokens = await oauth.processClientCredentialsResponse(server, confidential.client, answer)
    assert.equal(tokens.refresh_token, undefined)
  })

  test('introspects and revokes its token', async () => {
    const { client, proof } = confidential
    const { access_token } = await signIn(confidential)
    const look = async () => oauth.processIntrospectionResponse(server, client,
      await oauth.introspectionRequest(server, client, proof, access_token, plain))
    assert.equal((await look()).active, true)
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, proof, access_token, plain))
    assert.deepEqual(await look(), { active: false })
  })

  test('signs a device in', async () => {
    const { client, proof } = confidential
    const asked = await oauth.processDeviceAuthorizationResponse(server, client,
      await oauth.deviceAuthorizationRequest(server, client, proof, { scope: 'openid profile' }, plain))
    const poll = () => oauth.deviceCodeGrantRequest(server, client, proof, asked.device_code, plain)
    const early = await oauth.processDeviceCodeResponse(server, client, await poll()).catch((error) => error)
    assert.equal(early.error, 'authorization_pending')
    await confirm(asked)
    await new Promise((resolve) => setTimeout(resolve, (asked.interval ?? 5) * 1000 + 200))
    const tokens = await oauth.processDeviceCodeResponse(server, client, await poll())
    assert.ok(tokens.access_token)
  })
})

async function confirm(asked) {
  const browser = new Browser()
  let page = await browser.open(asked.verification_uri)
  const steps = [
    ['login-submit', { username: ada.userName, password: ada.password }],
    ['device-submit', { user_code: asked.user_code }],
    ['consent-allow', {}],
  ]
  for (let pages = 0; pages < 6; pages++) {
    const step = steps.find(([button]) => has(page, button))
    if (!step) return
    page = await browser.submit(page, ...step)
  }
}
