// Where the ComfyUI engine is, as options of the commands that render here: each takes the place of a setting.
import { basename, dirname, resolve } from 'node:path'
import type { OptionDefinition, ParsedArguments } from './command.ts'

export const COMFYUI_OPTIONS: readonly OptionDefinition[] = [
  { name: 'comfyui-url', value: 'URL', help: 'A ComfyUI that runs already.' },
  { name: 'comfyui-dir', value: 'FOLDER', help: 'A ComfyUI to start and look after.' },
]

export const WORKFLOW_OPTION: OptionDefinition = {
  name: 'workflow',
  value: 'NAME',
  help: 'A workflow by name, or the path of its .json file.',
}

/** Environment variables that count before those that are set. */
export function comfyuiSettings(given: ParsedArguments): Record<string, string> {
  const url = given.text('comfyui-url')
  const folder = given.text('comfyui-dir')
  // The one that is said here takes the place of the other one that is set: empty is as good as absent.
  const other = { COMFYUI_URL: '', COMFYUI_DIR: '' }
  return {
    ...(url === undefined && folder === undefined ? {} : other),
    ...(url === undefined ? {} : { COMFYUI_URL: url }),
    ...(folder === undefined ? {} : { COMFYUI_DIR: folder }),
  }
}

export interface WorkflowArgument {
  /** As the request names it; undefined when none is asked for. */
  readonly name: string | undefined
  readonly settings: Readonly<Record<string, string>>
}

/** A path stands for a workflow of its folder. */
export function workflowArgument(given: ParsedArguments, currentFolder: string): WorkflowArgument {
  const text = given.text('workflow')
  if (text === undefined || !text.endsWith('.json')) return { name: text, settings: {} }
  const path = resolve(currentFolder, text)
  return {
    name: basename(path, '.json'),
    settings: { INFINITETALK_WORKFLOWS_DIR: dirname(path) },
  }
}
