// How the page is built, and served during development: `npx vite packages/web` beside a hub on its default port.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

const HUB = 'http://127.0.0.1:8787'
const THEME_FIRST = 'src/theme-first.js'

/** A module runs after the document has been read, which may be after the first paint; this script must run before it. */
function themeFirst(): Plugin {
  return {
    name: 'theme-first',
    buildStart() {
      if (this.environment.mode !== 'build') return
      const source = readFileSync(join(import.meta.dirname, THEME_FIRST))
      this.emitFile({ type: 'asset', name: 'theme-first.js', source })
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const built = Object.values(bundle).find(
          (file) => file.type === 'asset' && file.names.includes('theme-first.js'),
        )
        const src = built === undefined ? `/${THEME_FIRST}` : `./${built.fileName}`
        return [{ tag: 'script', attrs: { src }, injectTo: 'head-prepend' }]
      },
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  // Relative: a proxy may serve the hub below a path.
  base: './',
  plugins: [themeFirst()],
  // Not the form for debuggers, which holds the paths of the sources, wherever it is built.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  build: {
    // Browsers from the middle of 2024: light-dark().
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // A data: URL would not be a file of the hub.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/v1': HUB, '/openapi.json': HUB, '/readyz': HUB } },
})
