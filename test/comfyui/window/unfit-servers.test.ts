// The graph of windows on servers that cannot run it: each is named by its code with the class or the file that is missing, whether the
// hub asks the server first or the server rejects the prompt itself.
import { describe, expect, it, onTestFinished } from 'vitest'
import { Preflight } from '../../../src/engines/comfyui/preflight.ts'
import { describeWith } from '../../support/requires.ts'
import { comfyRender } from '../comfy-render.ts'
import { readObjectInfo } from '../standin/object-info.ts'
import type { StandInOptions } from '../standin/stand-in.ts'

const TALK = 'WanInfiniteTalkToVideo'
const preflight = new Preflight()
const asking = {
  async checkWorkflow(...[api, name, graph, signal]: Parameters<Preflight['checkWorkflow']>) {
    await preflight.checkWorkflow(api, name, graph, signal)
  },
}

const SERVERS: readonly {
  readonly which: string
  readonly standIn: StandInOptions
  readonly code: string
  readonly named: string
}[] = [
  {
    which: 'without the node',
    standIn: { version: '0.33.0', editObjectInfo: (info) => void delete info[TALK] },
    code: 'node_missing',
    named: TALK,
  },
  {
    which: 'of before the node',
    standIn: {
      version: '0.3.64',
      // Its recording has the classes of the wrapper's graphs only; the real one has the core's other nodes.
      editObjectInfo(info) {
        const { [TALK]: _, ...others } = readObjectInfo('0.33.0')
        Object.assign(info, { ...others, ...info })
      },
    },
    code: 'node_missing',
    named: TALK,
  },
  {
    which: 'with the node and without the model patch',
    standIn: {
      version: '0.33.0',
      editObjectInfo(info) {
        const patches = info.ModelPatchLoader?.input.required
        if (patches !== undefined) patches.name = ['COMBO', { options: [] }]
      },
    },
    code: 'model_missing',
    named: 'wan2.1_infiniteTalk_single_fp16.safetensors',
  },
]

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'the graph of windows', () => {
  describe.each(SERVERS)('on a server $which', ({ standIn, code, named }) => {
    it.each([
      ['is not sent', asking, 0],
      ['is rejected', {}, 1],
    ] as const)('%s, and says what is missing', async (_, engine, prompts) => {
      const comfy = await comfyRender({
        standIn,
        engine,
        request: { width: 64, height: 64, preset: 'draft', workflow: 'I2V_window' },
      })
      onTestFinished(() => comfy.standIn.close())
      const failure = await comfy.render().catch((error: unknown) => error)
      expect(failure).toMatchObject({ code })
      expect(JSON.stringify((failure as { meta: unknown }).meta)).toContain(named)
      expect(comfy.standIn.count('POST', '/prompt')).toBe(prompts)
      expect(comfy.standIn.control.queueLength()).toBe(0)
    })
  })
})
