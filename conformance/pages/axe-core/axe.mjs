// Deque's axe-core on a page: any violation is a fault, whatever its impact.
import { createRequire } from 'node:module'

const { source } = createRequire(import.meta.url)('axe-core')
const everything = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }
// What can turn out otherwise in another theme or on another screen; the rest is about the document.
const ofTheScreen = {
  type: 'rule',
  values: ['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable', 'css-orientation-lock'],
}

export async function axe(page, whole) {
  // The page's policy allows no script of others: the debugger brings it in.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source)
  const violations = await page.evaluate(async (runOnly) => {
    const found = await window.axe.run(document, { runOnly, resultTypes: ['violations'] })
    return found.violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.map((node) => node.html) }))
  }, whole ? everything : ofTheScreen)
  return violations.flatMap(({ id, impact, help, nodes }) => nodes.map((node) => `${impact}: ${id}: ${help}: ${node.slice(0, 160)}`))
}
