// The options that name the ComfyUI of a command that renders here. Each overrides a setting.
import { basename, dirname, resolve } from 'node:path'
import type { OptionDefinitions, OptionsOf } from './command.ts'

export const COMFYUI_OPTIONS = {
  comfyuiUrl: { value: 'URL', help: 'A ComfyUI that runs already.' },
  comfyuiDir: { value: 'FOLDER', help: 'A ComfyUI to start and supervise.' },
} satisfies OptionDefinitions

export const WORKFLOW_OPTION = {
  workflow: { value: 'NAME', help: 'A workflow by name, or the path of its .json file.' },
} satisfies OptionDefinitions

/** Environment variables that override those that are set. */
export function comfyuiSettings({
  comfyuiUrl,
  comfyuiDir,
}: OptionsOf<typeof COMFYUI_OPTIONS>): Record<string, string> {
  if (comfyuiUrl === undefined && comfyuiDir === undefined) return {}
  // Each option also overrides the other's variable: empty is as good as absent.
  return { COMFYUI_URL: comfyuiUrl ?? '', COMFYUI_DIR: comfyuiDir ?? '' }
}

export interface WorkflowArgument {
  /** Its name in the request; undefined without --workflow. */
  readonly name: string | undefined
  readonly settings: Readonly<Record<string, string>>
}

/** A path means the workflow of that name in its folder. */
export function workflowArgument(
  { workflow }: OptionsOf<typeof WORKFLOW_OPTION>,
  currentFolder: string,
): WorkflowArgument {
  if (workflow === undefined || !workflow.endsWith('.json')) return { name: workflow, settings: {} }
  const path = resolve(currentFolder, workflow)
  return {
    name: basename(path, '.json'),
    settings: { INFINITETALK_WORKFLOWS_DIR: dirname(path) },
  }
}
