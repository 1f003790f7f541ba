// Every workflow at every length on every recorded ComfyUI that runs the wrapper's graphs.
import { everyCell, WORKFLOW_NAMES } from '../comfyui/render-suite.ts'
import { matrixOn } from '../comfyui/stand-in-matrix.ts'

for (const version of ['0.28.0', '0.3.64'] as const) matrixOn(version, everyCell(WORKFLOW_NAMES))
