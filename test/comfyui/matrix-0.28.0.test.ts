// The matrix on the newest recorded ComfyUI.
import { matrixOn } from './stand-in-matrix.ts'

matrixOn('0.28.0')
