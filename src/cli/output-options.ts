// Where a command writes its video: --output and --force.
import { resolve } from 'node:path'
import type { OutputFile } from '../app/output-file.ts'
import { AppError } from '../domain/errors.ts'
import type { Invocation, OptionDefinitions } from './command.ts'

export interface NamedOutput extends OutputFile {
  /** As it was typed. */
  readonly shownName: string
}

export const DEFAULT_OUTPUT = 'talking.mp4'

/** @param otherwise the name without --output, for the help */
export function outputOptions(otherwise: string) {
  return {
    output: { short: 'o', value: 'FILE', help: `The video to write (default ${otherwise}).` },
    force: { help: 'Replace the output when it exists.' },
  } satisfies OptionDefinitions
}

export type OutputOptions = ReturnType<typeof outputOptions>

/** @throws AppError `usage` */
export function outputOf(
  { options, services }: Pick<Invocation<OutputOptions>, 'options' | 'services'>,
  otherwise: string,
): NamedOutput {
  const shownName = options.output ?? otherwise
  if (!shownName.toLowerCase().endsWith('.mp4')) {
    throw new AppError('usage', `The output must be an .mp4 file, and "${shownName}" is not.`)
  }
  return { shownName, path: resolve(services.currentFolder, shownName), overwrite: options.force }
}
