// A person's own account: empty at first, then with something in every list.
import { appCode, plugIn } from './authenticator.mjs'
import { provision, signInAddress } from './cast.mjs'
import { linkSentTo } from './letters.mjs'

export async function account(visitor, { domain, wiki, who }) {
  const owner = await provision(who, domain)
  await visitor.open('/account')
  await visitor.signIn({ ...owner, password: 'what somebody else guesses' })
  await visitor.signIn(owner)
  await visitor.look('account/overview', 'after somebody has guessed')
  await visitor.send('failed-tries-seen')
  await profile(visitor)
  await email(visitor, owner)
  await visitor.open('/account')
  await visitor.look('account/overview')
  await atOtherBrowsers(visitor, owner)
  for (const section of ['security', 'applications']) {
    await visitor.open(`/account/${section}`)
    await visitor.look(`account/${section}`, 'with little in it')
  }
  await use(visitor, wiki)
  await password(visitor, owner)
  await app(visitor, who)
  if (visitor.javascript) await keys(visitor)
  await lists(visitor)
}

async function profile(visitor) {
  await visitor.follow('#profile-edit')
  await visitor.look('account/profile')
  await picture(visitor, { name: 'words.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') })
  await visitor.look('account/profile', 'what is no picture was refused')
  await picture(visitor, { name: 'me.png', mimeType: 'image/png', buffer: await portrait(visitor) })
  await visitor.look('account/profile', 'with a picture')
}

async function picture(visitor, file) {
  await visitor.page.setInputFiles('#file', file)
  await visitor.send('picture-upload')
}

// Some person or other, drawn by the browser.
async function portrait(visitor) {
  const { page } = await visitor.tab()
  await page.setContent(`<svg id="portrait" viewBox="0 0 96 96" width="192" height="192"><rect width="96" height="96" fill="#cfe3d8"/>
    <circle cx="48" cy="38" r="18" fill="#35644f"/><path d="M12 96c4-26 18-34 36-34s32 8 36 34" fill="#35644f"/></svg>`)
  const drawn = await page.locator('#portrait').screenshot()
  await page.close()
  return drawn
}

// The new address is confirmed by the letter to it.
async function email(visitor, owner) {
  await visitor.follow('#email-change')
  await visitor.look('account/email')
  await visitor.send('email-submit', { email: owner.email })
  await visitor.look('account/email', 'refused')
  const other = owner.email.replace('.', '_')
  await visitor.send('email-submit', { email: other })
  await visitor.look('account/email', 'waits')
  await visitor.open(await linkSentTo(other, '/account/email/confirm/'))
  await visitor.look('account/email_confirm')
  await visitor.send('email-confirm')
}

const phone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1'
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0'

// One session more that is open, and one that was ended.
async function atOtherBrowsers(visitor, owner) {
  for (const userAgent of [phone, firefox]) {
    const other = await visitor.elsewhere(userAgent)
    await other.open('/account')
    await other.signIn(owner)
    if (userAgent === firefox) await other.follow('#sign-out')
    await other.leave()
  }
}

// An application is used while the password is all that is asked for.
async function use(visitor, wiki) {
  await visitor.open(signInAddress(wiki))
  await visitor.follow('#consent-allow')
}

async function password(visitor, owner) {
  await visitor.open('/account/security')
  await visitor.follow('#password-change')
  await visitor.look('account/password')
  await visitor.send('password-submit', { new_password: owner.password, new_password_again: 'another one altogether' })
  await visitor.look('account/password', 'refused')
}

const appNames = { ada: 'My phone', long: 'Authenticator on a telephone with a very long name indeed' }

async function app(visitor, who) {
  await visitor.open('/account/security')
  await visitor.follow('#totp-add')
  await visitor.look('account/security/new_app')
  const secret = await visitor.text('#totp-secret')
  await visitor.send('totp-confirm', { code: '1234' })
  await visitor.look('account/security/new_app', 'refused')
  await visitor.send('totp-confirm', { code: appCode(secret), name: appNames[who] })
  await visitor.look('web/pages/recovery_codes', 'in the account')
  await visitor.follow('#recovery-continue')
  await visitor.follow('#authenticators .items a')
  await visitor.look('account/security/app')
  await visitor.insist('totp-rename', { name: ' ' })
  await visitor.look('account/security/app', 'refused')
}

async function keys(visitor) {
  await visitor.open('/account/security/new/security_key')
  await visitor.look('account/security/new_key', 'a security key')
  const passkeys = await plugIn(visitor.page, 'internal')
  await visitor.open('/account/security')
  await visitor.follow('#passkey-new')
  await visitor.look('account/security/new_key')
  await visitor.send('passkey-add', { name: 'My laptop' })
  await visitor.look('account/security', 'with everything in it')
  await visitor.follow('#keys .items a')
  await visitor.look('account/security/key')
  await visitor.insist('key-rename', { name: ' ' })
  await visitor.look('account/security/key', 'refused')
  await passkeys.unplug()
}

async function lists(visitor) {
  for (const section of ['devices', 'sessions', 'applications', 'activity/activity']) {
    await visitor.open(`/account/${section.split('/')[0]}`)
    await visitor.look(`account/${section}`)
  }
  await visitor.follow('#not-me')
  await visitor.look('account/disown')
  await visitor.send('not-me-submit')
  await visitor.look('account/activity/activity', 'after all were thrown out')
}
