// What an application asks of a person: consent, a device, the end of a session.
import { provision, redeem, signInAddress } from './cast.mjs'

export async function applications(visitor, { domain, wiki, television, application }) {
  const mary = await provision('mary', domain)
  await consent(visitor, mary, wiki)
  await device(visitor, await television())
  await formPost(visitor, wiki)
  await signOut(visitor, wiki, application)
}

async function consent(visitor, mary, wiki) {
  await visitor.open(signInAddress(wiki))
  await visitor.signIn(mary)
  await visitor.look('web/pages/consent')
  await visitor.page.click('#consent-details summary')
  await visitor.look('web/pages/consent', 'with its details')
  await visitor.follow('#consent-allow')
  await redeem(wiki, visitor.page.url())
}

async function device(visitor, code) {
  await visitor.open('/device')
  await visitor.look('oidc/device/enter')
  await visitor.send('device-submit', { user_code: 'BCDF-GHJK' })
  await visitor.look('oidc/device/enter', 'refused')
  await visitor.send('device-submit', { user_code: code.toLowerCase() })
  await visitor.look('oidc/device/confirm')
  await visitor.follow('#consent-allow')
  await visitor.look('web/pages/message', 'a device is connected')
}

// The answer as a form, for whoever has no script that sends it at once.
async function formPost(visitor, wiki) {
  const address = signInAddress(wiki, { response_mode: 'form_post' })
  await visitor.lookBeforeItsScript(() => visitor.open(address), 'oidc/form_post')
  await visitor.follow('#form-post-submit')
}

async function signOut(visitor, wiki, application) {
  await visitor.open('/oauth2/logout')
  await visitor.look('web/pages/logout_confirm')
  await visitor.follow('#logout-cancel')
  await visitor.open(`/oauth2/logout?${new URLSearchParams({
    client_id: wiki.client_id, post_logout_redirect_uri: `${application.address}/bye`,
  })}`)
  await visitor.look('web/pages/logout_confirm', 'asked by an application')
  await visitor.lookBeforeItsScript(() => visitor.follow('#logout-confirm'), 'web/pages/signed_out', 'and on to the application')
  await visitor.follow('#logout-continue')
}
