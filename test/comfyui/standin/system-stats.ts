// /system_stats: the version, the flags and the graphics card.
import type { Setup } from './setup.ts'

const GIBIBYTE = 1024 ** 3

export function systemStats({ version, traits, argv }: Setup): unknown {
  return {
    system: {
      ...traits.system,
      ram_total: 64 * GIBIBYTE,
      ram_free: 48 * GIBIBYTE,
      comfyui_version: version,
      python_version: '3.11.7 (main, May  9 2026, 07:35:25) [GCC 12.2.0]',
      pytorch_version: '2.13.0+cpu',
      embedded_python: false,
      argv: ['main.py', ...argv],
    },
    devices: [
      {
        name: 'cpu',
        type: 'cpu',
        index: null,
        vram_total: 24 * GIBIBYTE,
        vram_free: 22 * GIBIBYTE,
        torch_vram_total: 24 * GIBIBYTE,
        torch_vram_free: 22 * GIBIBYTE,
      },
    ],
  }
}
