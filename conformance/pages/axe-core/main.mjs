// Walks through every page, in each language, as a person does.
import { chromium } from 'playwright-core'
import { account } from './account.mjs'
import { application } from './application.mjs'
import { applications } from './applications.mjs'
import { television, wiki } from './cast.mjs'
import { Eye } from './eye.mjs'
import { factors, withSecurityKey } from './factors.mjs'
import { Photographer } from './photographer.mjs'
import { noteForgotten } from './routes.mjs'
import { errors, signingIn } from './signing_in.mjs'
import { stumbles } from './stumbles.mjs'
import { Tally } from './tally.mjs'
import { Visitor } from './visitor.mjs'

// In one language everything is examined, in the others what a text can break. In one of them no
// script runs at all.
const manners = [
  { language: 'en', domain: 'example.com', who: 'ada', javascript: true, thorough: true },
  { language: 'de', domain: 'example.de', who: 'long', javascript: true },
  { language: 'fr', domain: 'example.fr', who: 'long', javascript: false },
  { language: 'nl', domain: 'example.nl', who: 'long', javascript: true },
]
const walks = [errors, signingIn, factors, withSecurityKey, applications, account, stumbles]

const folder = process.env.DOORWARD_PICTURES
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
const tally = new Tally()
const place = await application()
const registered = { application: place, wiki: await wiki(place), television: await television(place) }
try {
  if (folder) await photograph()
  else await examineAll()
} finally {
  await browser.close()
  place.close()
}
process.exitCode = tally.close() ? 0 : 1

async function photograph() {
  const photographer = new Photographer(folder, tally)
  await walk(photographer, manners[0])
  photographer.noteMissing()
}

// What is thorough takes about as long as all of the others.
async function examineAll() {
  const eyes = manners.map((manner) => new Eye(tally, manner))
  const examine = async (thorough) => {
    for (const eye of eyes) if (Boolean(eye.manner.thorough) === thorough) await walk(eye, eye.manner)
  }
  await Promise.all([examine(true), examine(false)])
  noteForgotten(tally, eyes)
}

async function walk(eye, manner) {
  for (const one of walks) {
    const visitor = await Visitor.arrive(browser, eye, manner)
    const fault = await one(visitor, { ...registered, ...manner }).then(() => [], (error) => told(error, visitor.page))
    tally.note(`${one.name}, ${manner.language}: goes to its end`, fault)
    await visitor.leave()
  }
}

async function told(error, page) {
  const text = await page.locator('body').innerText().catch(() => 'no page')
  return [error.stack, page.url(), text.slice(0, 600)]
}
