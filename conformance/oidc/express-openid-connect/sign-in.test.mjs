import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import express from 'express'
import openidConnect from 'express-openid-connect'
import { Browser, has } from './browser.mjs'
import { createClientAt, deactivate, doorward, issuer, provision } from './doorward.mjs'

const SCOPE = 'openid profile email offline_access'
let base, listener

// What express-session's stores offer, in memory: the sign-outs that the server told of.
class Store {
  kept = new Map()
  get = (id, done) => done(null, this.kept.get(id))
  set = (id, value, done) => { this.kept.set(id, value); done(null) }
  destroy = (id, done) => { this.kept.delete(id); done(null) }
}

function application(client) {
  const app = express()
  app.use(openidConnect.auth({
    issuerBaseURL: issuer,
    baseURL: base,
    clientID: client.client_id,
    clientSecret: client.client_secret,
    secret: randomUUID(),
    authRequired: false,
    idpLogout: true,
    backchannelLogout: { store: new Store() },
    authorizationParams: { response_type: 'code', scope: SCOPE },
  }))
  app.get('/', (request, response) => response.json({ signedIn: request.oidc.isAuthenticated(), claims: request.oidc.idTokenClaims }))
  app.get('/info', async (request, response) => response.json(await request.oidc.fetchUserInfo()))
  app.get('/refresh', async (request, response) => {
    const before = request.oidc.refreshToken
    await request.oidc.accessToken.refresh()
    response.json({ rotated: before !== request.oidc.refreshToken })
  })
  return app
}

before(async () => {
  const holder = express()
  let app
  holder.use((request, response, next) => app(request, response, next))
  listener = holder.listen(0, 'localhost')
  await new Promise((resolve) => listener.once('listening', resolve))
  base = `http://localhost:${listener.address().port}`
  app = application(await createClientAt(`${base}/callback`,
    { post_logout_redirect_uris: [base], backchannel_logout_uri: `${base}/backchannel-logout` }))
})

after(() => { listener.close(); listener.closeAllConnections() })

async function signIn(browser, person) {
  let page = await browser.open(`${base}/login`)
  for (let pages = 0; pages < 5 && page.url.origin !== base; pages++) {
    page = has(page, 'login-submit')
      ? await browser.submit(page, 'login-submit', { username: person.userName, password: person.password })
      : await browser.submit(page, 'consent-allow', {})
  }
  assert.equal(page.url.origin, base, page.text.slice(0, 500))
  return JSON.parse(page.text)
}

const state = async (browser) => JSON.parse((await browser.open(`${base}/`)).text)

async function signedOut(browser) {
  for (const until = Date.now() + 20_000; Date.now() < until; ) {
    if (!(await state(browser)).signedIn) return true
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return false
}

describe('an Express application', () => {
  test('signs a person in and knows who it is', async () => {
    const ada = await provision()
    const browser = new Browser()
    const { signedIn, claims } = await signIn(browser, ada)
    assert.ok(signedIn)
    assert.equal(claims.email, ada.email)
    const info = JSON.parse((await browser.open(`${base}/info`)).text)
    assert.equal(info.sub, claims.sub)
  })

  test('refreshes', async () => {
    const browser = new Browser()
    await signIn(browser, await provision())
    assert.deepEqual(JSON.parse((await browser.open(`${base}/refresh`)).text), { rotated: true })
  })

  test('signs out here and there', async () => {
    const browser = new Browser()
    await signIn(browser, await provision())
    let page = await browser.open(`${base}/logout`)
    if (has(page, 'logout-confirm')) page = await browser.submit(page, 'logout-confirm', {})
    assert.equal(page.url.origin, base, page.text.slice(0, 500))
    assert.equal((await state(browser)).signedIn, false)
    assert.ok(has(await browser.open(`${base}/login`), 'login-submit'), 'the session at the issuer ended too')
  })

  test('is told when an administrator ends the sessions of a person', async () => {
    const ada = await provision()
    const browser = new Browser()
    await signIn(browser, ada)
    assert.ok((await state(browser)).signedIn)
    doorward(['user', 'end-sessions', ada.userName])
    assert.ok(await signedOut(browser))
  })

  test('is told when a person is deactivated over SCIM', async () => {
    const ada = await provision()
    const browser = new Browser()
    await signIn(browser, ada)
    await deactivate(ada)
    assert.ok(await signedOut(browser))
  })
})
