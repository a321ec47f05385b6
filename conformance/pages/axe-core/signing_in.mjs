// Signing in with a password, and without one that is remembered.
import { issuer } from './doorward.mjs'
import { mustChangePassword, provision, signInAddress, temporaryPass } from './cast.mjs'
import { linkSentTo } from './letters.mjs'

export async function signingIn(visitor, { domain, wiki }) {
  const alan = await provision('alan', domain)
  await visitor.open('/login')
  await visitor.look('web/pages/message', 'where to start')
  await visitor.open(signInAddress(wiki))
  await visitor.look('login/sign_in')
  await visitor.send('login-submit', { username: alan.userName, password: 'not the password' })
  await visitor.look('login/sign_in', 'refused')
  await forgotten(visitor, alan)
  await forced(visitor, alan, wiki)
  await byPass(visitor, alan)
}

async function forgotten(visitor, alan) {
  const signIn = visitor.page.url()
  await visitor.follow('#forgot')
  await visitor.look('login/forgotten')
  await visitor.insist('forgot-submit', { username: ' ' })
  await visitor.look('login/forgotten', 'nothing typed')
  await visitor.send('forgot-submit', { username: alan.userName })
  await visitor.look('web/pages/message', 'a link was sent')
  const link = await linkSentTo(alan.email, '/reset/')
  await visitor.open(link)
  await visitor.look('login/new_password', 'behind the link')
  alan.password = 'a patient yellow lantern'
  await visitor.send('password-submit', { new_password: alan.password, new_password_again: 'another one altogether' })
  await visitor.look('login/new_password', 'not twice the same')
  await visitor.send('password-submit', { new_password: alan.password, new_password_again: alan.password })
  await visitor.look('web/pages/message', 'the password was set')
  await visitor.open(link)
  await visitor.look('web/pages/error', 'the link was used')
  await visitor.open(signIn)
}

// The password has to be changed before anything else, and it is no good one at first.
async function forced(visitor, alan, wiki) {
  mustChangePassword(alan)
  await visitor.open(signInAddress(wiki))
  const signIn = visitor.page.url()
  await visitor.signIn(alan)
  await visitor.look('login/new_password', 'asked for')
  await visitor.insist('password-submit', { new_password: 'short', new_password_again: 'short' })
  await visitor.look('login/new_password', 'too weak')
  alan.password = 'a third and thoughtful umbrella'
  await visitor.send('password-submit', { new_password: alan.password, new_password_again: alan.password })
  await visitor.look('web/pages/consent', 'after all')
  await visitor.open(signIn)
  await visitor.look('web/pages/error', 'this sign-in is complete')
}

async function byPass(visitor, alan) {
  await visitor.page.context().clearCookies()
  await visitor.open('/account')
  await visitor.look('login/sign_in', 'for the account')
  await visitor.follow('#use-pass')
  await visitor.look('login/pass')
  await visitor.send('pass-submit', { username: alan.userName, temporary_pass: 'wrong' })
  await visitor.look('login/pass', 'refused')
  await visitor.send('pass-submit', { username: alan.userName, temporary_pass: temporaryPass(alan) })
  await visitor.look('login/enrol', 'after a temporary pass')
  await visitor.follow('#as-another')
}

// Pages for what leads nowhere.
export async function errors(visitor, { application }) {
  for (const [path, state] of [
    ['/nowhere', 'no such page'],
    [`/login/${'A'.repeat(43)}`, 'a sign-in of another browser'],
    ['/oauth2/authorize?client_id=unknown', 'an unknown application'],
    ['/oauth2/logout/confirm', 'a form without its fields'],
    ['/oauth2/logout?post_logout_redirect_uri=https%3A%2F%2Felsewhere.example%2F', 'a refused way back'],
    ['/oauth2/authorize/resume/unknown', 'a request that is over'],
  ]) {
    await visitor.open(path)
    await visitor.look('web/pages/error', state)
  }
  await visitor.open(application.address)
  await visitor.page.setContent(`<form method="post" action="${issuer}/login/x"><button id="go">Go</button></form>`)
  await visitor.follow('#go')
  await visitor.look('web/pages/error', 'a form of another site')
}
