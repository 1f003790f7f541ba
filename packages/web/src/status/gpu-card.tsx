// How this hub gets a GPU, shown while nothing here can render InfiniteTalk itself.

import { say, type Words } from '../language/say.ts'

const WAYS: readonly (readonly [name: Words, command: string])[] = [
  ['A ComfyUI that runs already', 'COMFYUI_URL=http://127.0.0.1:8188 npx infinitetalk serve'],
  ['A ComfyUI on this machine, started by the hub', 'COMFYUI_DIR=~/ComfyUI npx infinitetalk serve'],
  [
    'Comfy Cloud, or another service of the Comfy API',
    'COMFY_API_URL=https://cloud.comfy.org COMFY_API_KEY=… npx infinitetalk serve',
  ],
  ['What this machine still needs', 'npx infinitetalk doctor'],
]

export function GpuCard() {
  return (
    <section class="card wide" aria-labelledby="gpu-title">
      <h2 id="gpu-title">{say('Connect a GPU')}</h2>
      <p>
        {say(
          'The preview engine runs on the CPU and only moves the picture. InfiniteTalk itself needs an NVIDIA GPU, here or rented. Start the hub with one of these:',
        )}
      </p>
      <dl class="ways">
        {WAYS.map(([name, command]) => (
          <div key={command}>
            <dt class="small muted">{say(name)}</dt>
            <dd>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
              <pre class="command" tabIndex={0}>
                <code>{command}</code>
              </pre>
            </dd>
          </div>
        ))}
      </dl>
      <p class="small muted">
        {say(
          'The guides of this program explain each way: comfyui.md, comfy-api.md, runpod.md and beam.md in docs/guide.',
        )}
      </p>
    </section>
  )
}
