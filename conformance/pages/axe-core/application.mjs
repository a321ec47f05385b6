// An application that people sign in to: where their browser ends up, and its picture.
import { createServer } from 'node:http'

const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 56 56"><rect width="56" height="56" fill="#2b4a8b"/>
<path d="M14 18h28M14 28h28M14 38h18" stroke="#fff" stroke-width="4" stroke-linecap="round"/></svg>`
const page = '<!doctype html><html lang="en"><title>The application</title><h1 id="application">The application</h1></html>'

export async function application() {
  const server = createServer((asked, answer) => {
    const isPicture = asked.url === '/logo.svg'
    answer.setHeader('content-type', isPicture ? 'image/svg+xml' : 'text/html; charset=utf-8')
    answer.end(isPicture ? picture : page)
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}
