// A page by its Tab key alone: every control is reached, in the order of the page, and seen.

// The least contrast of a focus ring with what is around it (WCAG 2.2, 1.4.11).
const leastContrast = 3
const leastWidth = 2

export async function focusFaults(page) {
  const controls = await page.evaluate(number)
  const order = []
  const faults = []
  // Two presses more than there are controls: behind the last one the browser itself has the focus.
  for (let press = 0; press < controls + 2; press++) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(focused)
    if (at && !order.includes(at.number)) {
      order.push(at.number)
      if (at.width < leastWidth || at.contrast < leastContrast) {
        faults.push(`its focus is hard to see (${at.width} px, contrast ${at.contrast.toFixed(1)}): ${at.html}`)
      }
    }
  }
  for (let control = 0; control < controls; control++) {
    if (!order.includes(control)) faults.push(`Tab does not reach control ${control + 1} of ${controls}`)
  }
  // The focus may begin in the middle (autofocus) and then goes around.
  const begins = order.indexOf(0)
  const around = [...order.slice(begins), ...order.slice(0, begins)]
  if (around.some((control, at) => at > 0 && control < around[at - 1])) faults.push(`Tab jumps: ${around}`)
  return faults
}

// Runs in the page: numbers what a key can reach, in the order in which it is written.
function number() {
  const reachable = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex="-1"])'
  const controls = [...document.querySelectorAll(reachable)].filter((one) => one.checkVisibility() && !one.disabled)
  controls.forEach((control, at) => (control.dataset.tabNumber = at))
  return controls.length
}

// Runs in the page: what has the focus, and how its ring is seen.
function focused() {
  const control = document.activeElement
  if (control?.dataset.tabNumber === undefined) return null
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map((part) => {
      const c = part / 255
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const groundOf = (element) => {
    for (let one = element.parentElement; one; one = one.parentElement) {
      const ground = getComputedStyle(one).backgroundColor
      if (!/^rgba\(.*, 0\)$|^transparent$/.test(ground)) return ground
    }
    return 'rgb(255, 255, 255)'
  }
  const style = getComputedStyle(control)
  const [ring, ground] = [light(style.outlineColor), light(groundOf(control))]
  return {
    number: Number(control.dataset.tabNumber),
    width: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    contrast: (Math.max(ring, ground) + 0.05) / (Math.min(ring, ground) + 0.05),
    html: control.outerHTML.slice(0, 120),
  }
}
