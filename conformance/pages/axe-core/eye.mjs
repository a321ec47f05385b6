// What is examined on each page that a visitor comes to.
import { axe } from './axe.mjs'
import { focusFaults } from './keyboard.mjs'
import { routeOf } from './routes.mjs'

const phone = 390
const desktop = 1280
// The narrowest screen to which a page has to flow without scrolling sideways (WCAG 2.2, 1.4.10).
const narrowest = 320

export class Eye {
  shown = new Set()
  reached = new Set()
  links = new Map()
  #complaints = []

  constructor(tally, manner) {
    Object.assign(this, { tally, manner })
  }

  // The browser complains of what the policy of a page forbids, and of what a script does wrong.
  listen(page) {
    page.on('pageerror', (error) => this.#complaints.push(`script: ${error.message}`))
    page.on('console', (said) => {
      // The status of a page that was meant to refuse is no complaint about the page.
      const aboutStatus = said.text().includes('the server responded with a status of 4')
      if (['error', 'warning'].includes(said.type()) && !aboutStatus) this.#complaints.push(said.text())
    })
  }

  // An address that was opened, be it only to be led on from it.
  reach(address) {
    this.reached.add(routeOf(address))
  }

  // `name` is the page's template below src/http, `state` what it shows.
  async look(page, name, state) {
    this.shown.add(name)
    this.reach(page.url())
    for (const link of await linksOf(page)) this.links.set(routeOf(link), name)
    const what = [name, state, this.manner.language].filter(Boolean).join(', ')
    if (this.manner.thorough) await this.#examine(page, what)
    await this.#measure(page, what)
  }

  async #examine(page, what) {
    for (const width of [desktop, phone]) {
      for (const theme of ['light', 'dark']) {
        await show(page, theme, width)
        const faults = await axe(page, width === desktop && theme === 'light')
        // Each screen once, and each theme once.
        if ((width === desktop) === (theme === 'light')) faults.push(...(await focusFaults(page)))
        this.tally.note(`${what}: ${theme}, ${width} px`, faults)
      }
    }
  }

  async #measure(page, what) {
    const faults = this.#complaints.splice(0).map((complaint) => `the browser complains: ${complaint}`)
    // What a longer word breaks, it breaks where there is the least room.
    const widths = this.manner.thorough ? [phone, narrowest] : [narrowest]
    for (const width of widths) {
      await show(page, 'light', width)
      faults.push(...(await sidewaysFaults(page, width)))
    }
    const spoken = await page.evaluate(() => document.documentElement.lang)
    if (spoken !== this.manner.language) faults.push(`it is written in ${spoken || 'no language'}`)
    await show(page, 'light', desktop)
    this.tally.note(`${what}: fits ${widths.join(' and ')} px`, faults)
  }
}

async function show(page, theme, width) {
  await page.emulateMedia({ colorScheme: theme })
  await page.setViewportSize({ width, height: width === desktop ? 900 : 844 })
}

const linksOf = (page) =>
  page.evaluate(() => [...document.querySelectorAll('a[href]')].map((a) => a.href).filter((href) => href.startsWith(location.origin)))

// What is wider than the page or than what it stands in, and what is squeezed into a strip.
async function sidewaysFaults(page, width) {
  return page.evaluate((width) => {
    const root = document.documentElement
    const faults = root.scrollWidth > root.clientWidth ? [`it scrolls sideways at ${width} px (${root.scrollWidth})`] : []
    for (const element of document.querySelectorAll('button, .button, a, h1, h2, h3, p, dd, dt, label, li, main span')) {
      const cut = getComputedStyle(element).textOverflow === 'ellipsis'
      if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && !cut) {
        faults.push(`at ${width} px too wide for its place: ${element.outerHTML.slice(0, 120)}`)
      }
      if (element.clientWidth > 0 && element.clientWidth < 48 && element.innerText.length > 15 && !cut) {
        faults.push(`at ${width} px squeezed into ${element.clientWidth} px: ${element.outerHTML.slice(0, 120)}`)
      }
    }
    return faults
  }, width)
}
