// Against a real ComfyUI: COMFYUI_URL=http://127.0.0.1:8188 npm run test:comfyui. See docs/guide/comfyui.md.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/comfyui/real/**/*.test.ts'],
    testTimeout: 3_600_000,
    fileParallelism: false,
    reporters: ['verbose', './test/support/plain-line-reporter.ts'],
  },
})
