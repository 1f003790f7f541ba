// How the page is built, and served while it is worked on: `npx vite packages/web` beside a hub on its usual port.
import { defineConfig } from 'vite'

const HUB = 'http://127.0.0.1:8787'

export default defineConfig({
  root: import.meta.dirname,
  // Relative: the hub may be below a path of its proxy.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: ['chrome120', 'firefox121', 'safari17.2'],
    // A data: URL is no file of the hub's.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/v1': HUB, '/openapi.json': HUB, '/readyz': HUB } },
})
