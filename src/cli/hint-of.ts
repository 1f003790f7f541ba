// The advice on an error, where the failed command knows more than the table of errors.
import type { AppError } from '../domain/errors.ts'
import type { Command } from './command.ts'

/** @param command null when the words named none */
export function hintOf(error: AppError, command: Command | null): string {
  const { code, meta, entry } = error
  if (command === null) return entry.hint
  if (code === 'usage') return `Run "infinitetalk ${command.name} --help".`
  const takesComfyui = command.options.some(({ name }) => name === 'comfyui-url')
  if (code === 'engine_unsupported' && meta.engine === 'preview' && takesComfyui) {
    return 'Name a ComfyUI, which renders with InfiniteTalk, with --comfyui-url, or drop the named option.'
  }
  return entry.hint
}
