// The advice on an error, where the command knows better advice than the error table.
import type { AppError } from '../domain/errors.ts'
import type { Command } from './command.ts'

/** @param command null when the command line named none */
export function hintOf(error: AppError, command: Command | null): string {
  const { code, meta, entry } = error
  if (command === null) return entry.hint
  if (code === 'usage') return `Run "infinitetalk ${command.name} --help".`
  if (
    code === 'engine_unsupported' &&
    meta.engine === 'preview' &&
    'comfyuiUrl' in command.options
  ) {
    return 'Name a ComfyUI, which renders with InfiniteTalk, with --comfyui-url, or drop the named option.'
  }
  return entry.hint
}
