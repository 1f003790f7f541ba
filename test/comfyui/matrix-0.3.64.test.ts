// The matrix on the oldest recorded ComfyUI.
import { matrixOn } from './stand-in-matrix.ts'

matrixOn('0.3.64')
