import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { freePort, start } from './apache.mjs'
import { Browser, has } from './browser.mjs'
import { createClientAt, deactivate, doorward, issuer, provision } from './doorward.mjs'

let base, apache

before(async () => {
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  const client = await createClientAt(`${base}/secure/callback`, {
    post_logout_redirect_uris: [`${base}/`],
    backchannel_logout_uri: `${base}/secure/callback?logout=backchannel`,
  })
  apache = await start(port, client)
})

after(() => apache?.stop())

async function signIn(person, browser = new Browser()) {
  let page = await browser.open(`${base}/secure/`)
  for (let pages = 0; pages < 5 && page.url.origin !== base; pages++) {
    page = has(page, 'login-submit')
      ? await browser.submit(page, 'login-submit', { username: person.userName, password: person.password })
      : await browser.submit(page, 'consent-allow', {})
  }
  assert.equal(page.status, 200, `${page.url} ${page.text}\n${apache.log()}`)
  return { page, browser }
}

const information = async (browser) => JSON.parse((await browser.open(`${base}/secure/callback?info=json`)).text)

async function asksAgain(browser) {
  for (const until = Date.now() + 20_000; Date.now() < until; ) {
    const page = await browser.open(`${base}/secure/`)
    if (page.url.href.startsWith(issuer)) return true
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return false
}

describe('a page behind mod_auth_openidc', () => {
  test('is shown after a sign-in, with the claims of the person', async () => {
    const ada = await provision()
    const { page } = await signIn(ada)
    assert.equal(page.text, 'protected')
    assert.equal(page.headers['x-email'], ada.email)
    assert.ok(page.headers['x-sub'])
  })

  test('gets a fresh access token by the refresh token', async () => {
    const { browser } = await signIn(await provision())
    const { access_token } = await information(browser)
    assert.ok(access_token)
    const query = new URLSearchParams({ refresh: `${base}/secure/`, access_token })
    const page = await browser.open(`${base}/secure/callback?${query}`)
    assert.equal(page.url.searchParams.get('error_code'), null, apache.log())
    assert.notEqual((await information(browser)).access_token, access_token)
  })

  test('is closed again by a sign-out, here and at the issuer', async () => {
    const { browser } = await signIn(await provision())
    const query = new URLSearchParams({ logout: `${base}/` })
    let page = await browser.open(`${base}/secure/callback?${query}`)
    if (has(page, 'logout-confirm')) page = await browser.submit(page, 'logout-confirm', {})
    assert.equal(page.text, 'public', page.url.href)
    assert.ok(has(await browser.open(`${base}/secure/`), 'login-submit'))
  })

  test('is closed by a back-channel logout when an administrator ends the sessions', async () => {
    const ada = await provision()
    const { browser } = await signIn(ada)
    doorward(['user', 'end-sessions', ada.userName])
    assert.ok(await asksAgain(browser), apache.log())
  })

  test('is closed by a back-channel logout when the person is deactivated over SCIM', async () => {
    const ada = await provision()
    const { browser } = await signIn(ada)
    await deactivate(ada)
    assert.ok(await asksAgain(browser), apache.log())
  })
})
