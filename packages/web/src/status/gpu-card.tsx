// How this hub gets a GPU, shown while nothing here can render InfiniteTalk itself.

const WAYS = [
  ['A ComfyUI that runs already', 'COMFYUI_URL=http://127.0.0.1:8188 npx infinitetalk serve'],
  ['A ComfyUI on this machine, started by the hub', 'COMFYUI_DIR=~/ComfyUI npx infinitetalk serve'],
  [
    'Comfy Cloud, or another service of the Comfy API',
    'COMFY_API_URL=https://cloud.comfy.org COMFY_API_KEY=… npx infinitetalk serve',
  ],
  ['What this machine still needs', 'npx infinitetalk doctor'],
] as const

export function GpuCard() {
  return (
    <section class="card wide" aria-labelledby="gpu-title">
      <h2 id="gpu-title">Connect a GPU</h2>
      <p>
        The preview engine runs on the CPU and only moves the picture. InfiniteTalk itself needs an
        NVIDIA GPU, here or rented. Start the hub with one of these:
      </p>
      <dl class="ways">
        {WAYS.map(([name, command]) => (
          <div key={command}>
            <dt class="small muted">{name}</dt>
            <dd>
              <pre class="command">
                <code>{command}</code>
              </pre>
            </dd>
          </div>
        ))}
      </dl>
      <p class="small muted">
        The guides of this program explain each way: comfyui.md, comfy-api.md, runpod.md and beam.md
        in docs/guide.
      </p>
    </section>
  )
}
