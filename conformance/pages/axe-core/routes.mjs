// Whether a page was forgotten: by the templates of the program, and by the links of its pages.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

// An address without what differs from one visit to the next.
export function routeOf(address) {
  const handle = /^[A-Za-z0-9_-]{20,}$/
  return new URL(address).pathname.split('/').map((word) => (handle.test(word) ? '*' : word)).join('/')
}

// The templates below `folder` that are pages: what others include or extend is none.
function pageTemplates(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.html'))
  const pages = files.filter((name) => {
    const text = readFileSync(join(folder, name), 'utf8')
    return text.startsWith('{% extends') && !text.includes('{% block page %}')
  })
  return pages.map((name) => relative('.', name).replace(/\.html$/, ''))
}

export function noteForgotten(tally, eyes) {
  const all = (what) => new Set(eyes.flatMap((eye) => [...eye[what]]))
  const shown = all('shown')
  const reached = all('reached')
  const unseen = pageTemplates(process.env.DOORWARD_TEMPLATES).filter((name) => !shown.has(name))
  tally.note('every page of the program was shown', unseen.map((name) => `nobody came to ${name}`))
  const unfollowed = [...all('links')].filter(([link]) => !reached.has(link))
  tally.note('every link leads to a page that was shown', unfollowed.map(([link, name]) => `${name} leads to ${link}`))
}
