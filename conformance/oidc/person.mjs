// A person who walks through the pages until the application's address comes up.
import assert from 'node:assert/strict'
import { Browser, has } from './browser.mjs'
import { redirectUri } from './doorward.mjs'

export async function walk(url, person, { browser = new Browser(), consent = 'consent-allow', until = redirectUri } = {}) {
  let page = await browser.open(url, until)
  for (let pages = 0; pages < 5 && !page.redirected; pages++) {
    const next = has(page, 'login-submit')
      ? ['login-submit', { username: person.userName, password: person.password }]
      : [consent, {}]
    page = await browser.submit(page, ...next, until)
  }
  assert.ok(page.redirected, `the sign-in ends at the application, not at ${page.url}: ${page.text.slice(0, 500)}`)
  return page.redirected
}
