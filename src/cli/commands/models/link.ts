// `infinitetalk models link`: makes the models folder visible to a ComfyUI.
import { resolve } from 'node:path'
import { AppError } from '../../../domain/errors.ts'
import type { CommandDefinition, Invocation, OptionDefinitions } from '../../command.ts'
import { printJson, printLine, printWarning } from '../../terminal.ts'
import { FOLDER_OPTIONS, openModels } from './models-options.ts'

const OPTIONS = {
  comfyuiDir: { value: 'DIR', help: 'Folder of ComfyUI, where its main.py is.' },
  symlinks: { help: 'Symbolic links in its models folder instead of the file.' },
  ...FOLDER_OPTIONS,
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Writes extra_model_paths.yaml into the folder of a ComfyUI, which then looks for models in the models folder too; or, ' +
    'with --symlinks, one symbolic link for each model. Existing files are neither removed nor replaced.',
  options: OPTIONS,
  examples: ['infinitetalk models link --comfyui-dir /opt/ComfyUI'],
  run: runLink,
}

async function runLink(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, terminal, services } = invocation
  const { comfyuiDir, symlinks } = options
  if (comfyuiDir === undefined)
    throw new AppError('usage', '"models link" needs --comfyui-dir DIR.')
  const library = await openModels(invocation)
  const { yamlPath, automatic, links } = await library.link({
    comfyuiFolder: resolve(services.currentFolder, comfyuiDir),
    how: symlinks ? 'symlinks' : 'yaml',
  })
  printJson(terminal, { event: 'result', yaml_path: yamlPath, automatic, links })
  if (yamlPath !== null) {
    printLine(terminal, `✅ ${yamlPath} points to ${library.folder}`)
    if (automatic) return
    const option = `--extra-model-paths-config ${yamlPath}`
    printWarning(
      terminal,
      `The existing extra_model_paths.yaml was kept: start ComfyUI with ${option}`,
    )
    return
  }
  for (const { path, outcome } of links) {
    if (outcome === 'made' || outcome === 'there') printLine(terminal, `✅ ${path}`)
    if (outcome === 'kept')
      printWarning(terminal, `${path} exists and is not our link: it was kept.`)
    if (outcome === 'dangling') printWarning(terminal, `${path} is a link to a missing file.`)
  }
  if (links.length === 0) printWarning(terminal, 'There are no models to link yet.')
}
