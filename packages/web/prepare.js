// Run by `npm ci` at the root: builds the page where the packages for that are installed. Plain JavaScript, because npm may
// run it with an older Node. Where it cannot be built (`npm ci --omit=dev`) the installation goes on without it, and says so.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

function whyNot() {
  if (Number(process.versions.node.split('.')[0]) < 24) return `Node ${process.versions.node} runs`
  try {
    require.resolve('vite/package.json')
    require.resolve('preact/package.json')
    return null
  } catch {
    return 'the packages of developers are left out'
  }
}

const reason = whyNot()
if (reason === null) {
  const { buildPage } = await import('./build.ts')
  await buildPage()
} else {
  console.error(`The page is not built here (${reason}): npm run build:web makes it.`)
}
