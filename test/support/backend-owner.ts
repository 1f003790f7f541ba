// A program that owns a supervised ComfyUI and is to be killed: it prints the address once ComfyUI answers, then waits.
import { createSupervisedBackend } from '../../src/engines/comfyui/supervised-backend.ts'

const [folder = '', dataFolder = ''] = process.argv.slice(2)
const backend = createSupervisedBackend({
  folder,
  python: null,
  env: process.env,
  dataFolder,
  maxUploadBytes: 1024,
  modelPathsFile: null,
  moreArguments: [],
})
const { address } = await backend.ready(new AbortController().signal)
process.stdout.write(`${address.url}\n`)
setInterval(() => {}, 60_000)
