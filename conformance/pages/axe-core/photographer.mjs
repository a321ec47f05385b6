// Keeps pictures of pages instead of examining them.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

const screens = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }

// The name of a picture, the page and state that it shows, and on which screen in which theme.
const wanted = [
  ['sign-in', 'login/sign_in', undefined, 'desktop-light', 'desktop-dark', 'phone-light'],
  ['sign-in-refused', 'login/sign_in', 'refused', 'phone-dark'],
  ['forgotten', 'login/forgotten', undefined, 'phone-light'],
  ['new-password', 'login/new_password', 'too weak', 'phone-dark'],
  ['second-factor', 'login/second', undefined, 'desktop-light', 'phone-dark'],
  ['security-key', 'login/second', 'a security key', 'phone-light'],
  ['enrolment', 'login/enrol', undefined, 'phone-light'],
  ['recovery-codes', 'web/pages/recovery_codes', undefined, 'phone-dark'],
  ['consent', 'web/pages/consent', undefined, 'desktop-dark', 'phone-light'],
  ['device', 'oidc/device/confirm', undefined, 'phone-light'],
  ['sign-out', 'web/pages/logout_confirm', 'asked by an application', 'phone-dark'],
  ['error', 'web/pages/error', 'a sign-in of another browser', 'phone-light'],
  ['account', 'account/overview', undefined, 'desktop-light', 'phone-light'],
  ['account-profile', 'account/profile', 'with a picture', 'desktop-dark', 'phone-dark'],
  ['account-security', 'account/security', 'with everything in it', 'desktop-light', 'phone-light'],
  ['account-passkey', 'account/security/new_key', undefined, 'phone-dark'],
  ['account-devices', 'account/devices', undefined, 'phone-light'],
  ['account-sessions', 'account/sessions', undefined, 'desktop-light'],
  ['account-applications', 'account/applications', undefined, 'desktop-light'],
  ['account-activity', 'account/activity/activity', undefined, 'phone-dark'],
]

export class Photographer {
  #taken = new Set()

  constructor(folder, tally) {
    Object.assign(this, { folder, tally })
    mkdirSync(folder, { recursive: true })
  }

  listen() {}

  reach() {}

  async look(page, name, state) {
    const picture = wanted.find((one) => one[1] === name && one[2] === state)
    if (!picture || this.#taken.has(picture)) return
    this.#taken.add(picture)
    for (const view of picture.slice(3)) await this.#take(page, `${picture[0]}-${view}`, ...view.split('-'))
  }

  async #take(page, title, screen, colorScheme) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize(screens[screen])
    await page.screenshot({ path: join(this.folder, `${title}.png`), fullPage: screen === 'phone' })
    this.tally.note(`picture ${title}`, [])
  }

  noteMissing() {
    for (const picture of wanted) if (!this.#taken.has(picture)) this.tally.note(`picture ${picture[0]}`, ['was not taken'])
  }
}
