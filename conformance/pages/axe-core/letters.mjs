// The letters that the server has sent, as files in a folder.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env.DOORWARD_MAIL_URL.replace(/^file:/, '')

// Waits for a letter to `email` that leads to such a path, and returns the address.
export async function linkSentTo(email, path) {
  for (const until = Date.now() + 10_000; Date.now() < until; ) {
    const link = lettersTo(email).map((letter) => linkIn(letter, path)).find(Boolean)
    if (link) return link
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`no letter to ${email} with a link to ${path}`)
}

function lettersTo(email) {
  const all = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  return all.filter((letter) => letter.includes(`To: ${email}`)).map(readable)
}

// The parts of a letter, decoded (RFC 2045 §6).
function readable(letter) {
  const boundary = letter.match(/boundary="([^"]+)"/)?.[1]
  return letter.split(boundary ? `--${boundary}` : '\0').map(decoded).join('\n')
}

function decoded(part) {
  const [head, ...body] = part.split('\r\n\r\n')
  const text = body.join('\r\n\r\n')
  if (/transfer-encoding: base64/i.test(head)) return Buffer.from(text, 'base64').toString('utf8')
  if (!/transfer-encoding: quoted-printable/i.test(head)) return text
  return text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
}

const linkIn = (letter, path) => letter.match(new RegExp(`https?://[^\\s"<>]*${path}[^\\s"<>]*`))?.[0]
