// A person's browser, as far as a sign-in without JavaScript needs one: cookies, redirects
// followed one at a time, forms found by the name of a field or button and sent as they stand.
import http from 'node:http'

export class Browser {
  cookies = new Map()

  // Opens an address and follows redirects until a page answers, or until one leads to `until`
  // (an application's redirect URI, where nothing listens); that address is returned then.
  async open(address, until) {
    return this.#follow(await this.#send('GET', new URL(address)), until)
  }

  // Fills the form that holds `button` and presses it.
  async submit(page, button, fields, until) {
    const form = formWith(page, button)
    const filled = { ...form.values, ...fields }
    const body = new URLSearchParams(filled).toString()
    return this.#follow(await this.#send('POST', form.action, body, page.url), until)
  }

  async #follow(page, until) {
    for (let hops = 0; hops < 15; hops++) {
      if (page.status < 300 || page.status > 399) return page
      const next = new URL(page.headers.location, page.url)
      if (until && next.href.startsWith(until)) return { ...page, redirected: next }
      page = await this.#send('GET', next)
    }
    throw new Error(`redirects without end at ${page.url}`)
  }

  #send(method, url, body, from) {
    const headers = { accept: 'text/html', 'sec-fetch-site': from ? 'same-origin' : 'none' }
    if (this.cookies.size) headers.cookie = [...this.cookies].map((c) => c.join('=')).join('; ')
    if (body !== undefined) {
      headers['content-type'] = 'application/x-www-form-urlencoded'
      headers['content-length'] = Buffer.byteLength(body)
      headers.origin = url.origin
      headers.referer = from.href
    }
    return new Promise((resolve, reject) => {
      const sent = http.request(url, { method, headers }, (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (part) => (text += part))
        answer.on('end', () => {
          for (const cookie of answer.headers['set-cookie'] ?? []) this.#keep(cookie)
          resolve({ url, status: answer.statusCode, headers: answer.headers, text })
        })
      })
      sent.setTimeout(30_000, () => sent.destroy(new Error(`${url.pathname}: no answer in 30 s`)))
      sent.on('error', reject)
      sent.end(body)
    })
  }

  #keep(cookie) {
    const [pair, ...attributes] = cookie.split(';')
    const [name, ...value] = pair.split('=')
    const gone = attributes.some((a) => /^\s*max-age\s*=\s*(0|-\d+)\s*$/i.test(a))
    if (gone) this.cookies.delete(name.trim())
    else this.cookies.set(name.trim(), value.join('='))
  }
}

export const has = (page, name) => elementsNamed(page.text, name).length > 0

function formWith(page, button) {
  for (const [form, attributes, inside] of page.text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)) {
    if (elementsNamed(form, button).length === 0) continue
    const pressed = attributesOf(elementsNamed(form, button)[0])
    const values = {}
    for (const [input] of inside.matchAll(/<input\b[^>]*>/gi)) {
      const a = attributesOf(input)
      const counts = a.type !== 'submit' && (a.type !== 'checkbox' || / checked\b/i.test(input))
      if (a.name && counts) values[a.name] = a.value ?? ''
    }
    if (pressed.name) values[pressed.name] = pressed.value ?? ''
    const action = pressed.formaction ?? attributesOf(`<form ${attributes}>`).action ?? ''
    return { action: new URL(action, page.url), values }
  }
  throw new Error(`no form with ${button} on ${page.url} (${page.status}):\n${page.text.slice(0, 2000)}`)
}

// Elements whose name or id is `name`, as tags.
function elementsNamed(text, name) {
  return [...text.matchAll(/<(?:input|button)\b[^>]*>/gi)]
    .map(([tag]) => tag)
    .filter((tag) => [attributesOf(tag).name, attributesOf(tag).id].includes(name))
}

function attributesOf(tag) {
  const found = {}
  for (const [, name, value] of tag.matchAll(/([a-z-]+)\s*=\s*"([^"]*)"/gi)) found[name.toLowerCase()] = plain(value)
  return found
}

const plain = (text) =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|quot|lt|gt|apos|amp);/gi, (entity, hex, decimal) => {
    if (hex) return String.fromCodePoint(parseInt(hex, 16))
    if (decimal) return String.fromCodePoint(Number(decimal))
    return { '&quot;': '"', '&lt;': '<', '&gt;': '>', '&apos;': "'", '&amp;': '&' }[entity.toLowerCase()]
  })
