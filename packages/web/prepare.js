// `npm ci` at the root runs this last: it builds the page if the packages for that are installed. It is plain JavaScript because
// npm may run it with an older Node; it then continues on the Node that the installation brought. If the page cannot be built
// (`npm ci --omit=dev`), the installation continues without it and says so.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { findShippedNode, isNewEnough } from '../../bin/shipped-node.js'

const require = createRequire(import.meta.url)

if (isNewEnough) await build()
else goOn()

async function build() {
  if (!has('vite') || !has('preact')) return say('the packages of developers are left out')
  const { buildPage } = await import('./build.ts')
  await buildPage()
}

function goOn() {
  const shipped = findShippedNode()
  if (shipped === null)
    return say(`Node ${process.versions.node} runs, and no other one came along`)
  linkAgain(shipped.name)
  const { status } = spawnSync(shipped.path, [fileURLToPath(import.meta.url)], { stdio: 'inherit' })
  process.exitCode = status ?? 1
}

/**
 * npm 10 removes `node_modules/.bin/node` when it leaves out the packages of other platforms, because they contain `node` as well.
 * Without that file `npm test` would run on the Node of the machine.
 */
function linkAgain(name) {
  const linked = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))
  const npm = process.env.npm_execpath
  if (existsSync(linked) || npm === undefined) return
  const words = [npm, 'rebuild', name, '--ignore-scripts', '--loglevel=error']
  spawnSync(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] })
}

function has(name) {
  try {
    return require.resolve(`${name}/package.json`) !== ''
  } catch {
    return false
  }
}

function say(reason) {
  console.error(`The page is not built here (${reason}): npm run build:web makes it.`)
}
