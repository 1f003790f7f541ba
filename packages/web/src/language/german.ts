// The German texts of the page, by the English ones. A text of the page that is missing here does not compile.
import { MAKE } from './german/make.ts'
import { OPTIONS } from './german/options.ts'
import { SHELL } from './german/shell.ts'
import { STATUS } from './german/status.ts'
import { TAKES } from './german/takes.ts'

export const GERMAN = { ...SHELL, ...MAKE, ...OPTIONS, ...TAKES, ...STATUS } as const
