// The authenticators of a person: an app that shows codes, and keys of the browser's own.
import { createHmac } from 'node:crypto'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

// The code of an app (RFC 6238); `ahead` says how many steps of 30 seconds its clock is ahead.
export function appCode(secret, ahead = 0) {
  const bits = [...secret.replace(/\s/g, '')].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead))
  const digest = createHmac('sha1', key).update(step).digest()
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

// Plugs an authenticator into a page (WebAuthn Level 3 §11): `internal` keeps passkeys, `usb` only
// knows that it is touched.
export async function plugIn(page, transport) {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable', { enableUI: false })
  const verifies = transport === 'internal'
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', transport, hasResidentKey: verifies, hasUserVerification: verifies,
      isUserVerified: verifies, automaticPresenceSimulation: true,
    },
  })
  return { unplug: () => devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }) }
}
