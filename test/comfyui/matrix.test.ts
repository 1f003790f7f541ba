// Each workflow once, on the newest or the oldest ComfyUI that runs the wrapper's graphs, with each length among them.
// `npm run test:long` renders every workflow at every length on both.

import { LENGTHS } from './render-suite.ts'
import { matrixOn } from './stand-in-matrix.ts'

const [one, two, three] = LENGTHS

matrixOn('0.28.0', [
  { workflow: 'I2V_single', length: three },
  { workflow: 'V2V_multi', length: one },
])

matrixOn('0.3.64', [
  { workflow: 'I2V_multi', length: one },
  { workflow: 'V2V_single', length: two },
])
