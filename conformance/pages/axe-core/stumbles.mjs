// What people do besides the straight way: each ends at a clear page with a way on.
import assert from 'node:assert/strict'
import { appCode } from './authenticator.mjs'
import { provision, requireSecondFactor, signInAddress } from './cast.mjs'

export async function stumbles(visitor, { domain, wiki }) {
  const lise = await provision('lise', domain)
  await twice(visitor, lise, wiki)
  await backAgain(visitor, lise)
  await inTwoTabs(visitor, lise, wiki)
  await fromBefore(visitor, lise)
}

// The button is pressed twice: the second press finds what the first has done.
async function twice(visitor, lise, wiki) {
  await visitor.open(signInAddress(wiki))
  await visitor.page.fill('#username', lise.userName)
  await visitor.page.fill('#password', lise.password)
  await visitor.page.locator('#login-submit').dblclick({ noWaitAfter: true })
  await visitor.page.waitForSelector('#consent-allow, #error-code')
  if (await visitor.page.locator('#error-code').count()) {
    assert.equal(await visitor.text('#error-code'), 'sign_in_completed')
    await visitor.follow('.actions a')
  }
  await visitor.page.waitForSelector('#consent-allow')
}

// Back to the form that was sent, and sent once more.
async function backAgain(visitor, lise) {
  await visitor.page.goBack()
  if (await visitor.page.locator('#login-submit').count()) await visitor.signIn(lise)
  await visitor.look('web/pages/error', 'back to a form that was sent')
  assert.equal(await visitor.text('#error-code'), 'sign_in_completed')
  await visitor.follow('.actions a')
  await visitor.page.waitForSelector('#consent-allow')
  await visitor.follow('#consent-allow')
}

// Two tabs with the same sign-in: the one that is behind is led to the step that comes next. Codes
// are taken as people type them.
async function inTwoTabs(visitor, lise, wiki) {
  await requireSecondFactor(`Laboratory ${domainOf(lise)}`, lise)
  await visitor.page.context().clearCookies()
  await visitor.open(signInAddress(wiki))
  const other = await visitor.tab()
  await other.open(visitor.page.url())
  await visitor.signIn(lise)
  await visitor.page.waitForSelector('#totp-confirm')
  await other.signIn(lise)
  await other.page.waitForSelector('#totp-confirm')
  const digits = appCode(await visitor.text('#totp-secret'))
  const wide = [...digits].map((digit) => String.fromCodePoint(0xff10 + Number(digit)))
  await visitor.send('totp-confirm', { code: ` ${wide.slice(0, 3).join('')} ${wide.slice(3).join('')}` })
  await visitor.page.waitForSelector('#recovery-codes')
  await other.send('totp-confirm', { code: digits })
  assert.equal(await other.text('#error-code'), 'sign_in_completed')
  await other.page.close()
}

// Cookies that this server never gave, or gave before it began anew.
async function fromBefore(visitor, lise) {
  const cookies = await visitor.page.context().cookies()
  await visitor.page.context().clearCookies()
  await visitor.page.context().addCookies(cookies.map((cookie) => ({ ...cookie, value: 'A'.repeat(cookie.value.length) })))
  await visitor.open('/account')
  await visitor.signIn(lise)
  await visitor.page.waitForSelector('#totp-submit')
}

const domainOf = (person) => person.userName.split('@')[1]
