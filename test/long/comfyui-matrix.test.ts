// Every workflow at every length on every recorded ComfyUI that runs it.
import { everyCell, WINDOW_WORKFLOW, WORKFLOW_NAMES } from '../comfyui/render-suite.ts'
import { matrixOn } from '../comfyui/stand-in-matrix.ts'

for (const version of ['0.28.0', '0.3.64'] as const) matrixOn(version, everyCell(WORKFLOW_NAMES))

matrixOn('0.33.0', everyCell([WINDOW_WORKFLOW]))
