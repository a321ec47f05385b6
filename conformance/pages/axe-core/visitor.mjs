// A person's browser: its own cookies, one language, and an eye on every page that it comes to.
const patience = 15_000

export class Visitor {
  constructor(page, eye, manner) {
    Object.assign(this, { page, eye, manner })
  }

  // `manner`: the language that the browser asks for, and whether scripts may run in it.
  static async arrive(chromium, eye, manner, userAgent) {
    const context = await chromium.newContext({ locale: manner.language, javaScriptEnabled: manner.javascript, userAgent })
    context.setDefaultTimeout(patience)
    // Passkeys are not offered in the menu of the user name: the pages are to stay for a look.
    await context.addInitScript(() => {
      if (window.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = async () => false
    })
    // While a style sheet is being worked on, the program need not be built for each look at it.
    const style = process.env.DOORWARD_STYLE
    if (style) await context.route('**/assets/*.css', (route) => route.fulfill({ path: style, contentType: 'text/css' }))
    const page = await context.newPage()
    eye.listen(page)
    return new Visitor(page, eye, manner)
  }

  get javascript() {
    return this.manner.javascript
  }

  // The same person at another browser, of which nobody looks at the pages.
  elsewhere(userAgent) {
    return Visitor.arrive(this.page.context().browser(), this.eye, this.manner, userAgent)
  }

  // Another tab of the same browser.
  async tab() {
    const page = await this.page.context().newPage()
    return new Visitor(page, this.eye, this.manner)
  }

  leave() {
    return this.page.context().close()
  }

  open(path) {
    return this.page.goto(new URL(path, process.env.DOORWARD_PUBLIC_URL).href)
  }

  look(name, state) {
    return this.eye.look(this.page, name, state)
  }

  // Fills the fields with these names and presses the element with this id, which leads on.
  async send(button, fields = {}) {
    for (const [name, value] of Object.entries(fields)) await this.page.fill(`[name="${name}"]:visible`, value)
    await this.lead(() => this.page.click(`[id="${button}"]`))
  }

  // Presses the first that fits the selector, which leads on.
  async follow(css) {
    const pressed = this.page.locator(css).first()
    const address = await pressed.evaluate((element) => element.href)
    if (address) this.eye.reach(address)
    await this.lead(() => pressed.click())
  }

  async lead(act) {
    await Promise.all([this.page.waitForNavigation({ timeout: patience }), act()])
  }

  // Sends what the browser would have kept back, to see what the server says.
  async insist(button, fields = {}) {
    await this.page.evaluate(() => {
      for (const field of document.querySelectorAll('input')) {
        field.required = false
        field.removeAttribute('minlength')
      }
    })
    await this.send(button, fields)
  }

  // Looks at a page that its script would leave at once.
  async lookBeforeItsScript(act, name, state) {
    const scripts = '**/assets/*.js'
    await this.page.route(scripts, (route) => route.fulfill({ contentType: 'text/javascript', body: '' }))
    await act()
    await this.look(name, state)
    await this.page.unroute(scripts)
  }

  text(css) {
    return this.page.locator(css).innerText()
  }

  signIn(person) {
    return this.send('login-submit', { username: person.userName, password: person.password })
  }
}
