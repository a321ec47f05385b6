// Signing in with a second factor: set up at the first sign-in, asked for at the next.
import { appCode, plugIn } from './authenticator.mjs'
import { provision, requireSecondFactor, signInAddress } from './cast.mjs'

export async function factors(visitor, { domain, wiki }) {
  const grace = await provision('grace', domain)
  await requireSecondFactor(`Finance ${domain}`, grace)
  await visitor.open(signInAddress(wiki))
  await visitor.signIn(grace)
  await visitor.look('login/enrol')
  const secret = await visitor.text('#totp-secret')
  await visitor.send('totp-confirm', { code: '000 000' })
  await visitor.look('login/enrol', 'refused')
  await visitor.send('totp-confirm', { code: appCode(secret) })
  await visitor.look('web/pages/recovery_codes')
  const codes = await visitor.page.locator('#recovery-codes li').allInnerTexts()
  await visitor.follow('#recovery-continue')
  await again(visitor, grace, wiki, { secret, code: codes[0] })
  return { grace, secret, codes }
}

async function again(visitor, grace, wiki, { secret, code }) {
  await visitor.page.context().clearCookies()
  await visitor.open(signInAddress(wiki))
  await visitor.signIn(grace)
  await visitor.look('login/second')
  await visitor.send('totp-submit', { code: '12 34' })
  await visitor.look('login/second', 'refused')
  await byMail(visitor)
  await visitor.follow('#use-recovery-code')
  await visitor.look('login/recovery')
  await visitor.send('recovery-submit', { recovery_code: 'wrong' })
  await visitor.look('login/recovery', 'refused')
  await visitor.send('recovery-submit', { recovery_code: code })
  await visitor.look('web/pages/consent', 'after a recovery code')
}

async function byMail(visitor) {
  await visitor.follow('#use-mailed-code')
  await visitor.look('login/by_mail')
  await visitor.send('mail-code')
  await visitor.look('login/by_mail', 'sent')
  await visitor.send('mailed-code-submit', { code: '12 34' })
  await visitor.look('login/by_mail', 'refused')
  await visitor.follow('#back')
}

// Somebody whose only second factor is a security key.
export async function withSecurityKey(visitor, { domain, wiki }) {
  if (!visitor.javascript) return
  const emmy = await provision('emmy', domain)
  await requireSecondFactor(`Research ${domain}`, emmy)
  const key = await plugIn(visitor.page, 'usb')
  await visitor.open(signInAddress(wiki))
  await visitor.signIn(emmy)
  await visitor.follow('#security-key-add')
  await visitor.follow('#recovery-continue')
  await visitor.page.context().clearCookies()
  await visitor.open(signInAddress(wiki))
  await visitor.signIn(emmy)
  await visitor.look('login/second', 'a security key')
  await visitor.follow('#webauthn-login')
  await key.unplug()
}
