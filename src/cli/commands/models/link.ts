// `infinitetalk models link`: makes the models folder visible to a ComfyUI.
import { resolve } from 'node:path'
import { AppError } from '../../../domain/errors.ts'
import type { CommandDefinition, Invocation } from '../../command.ts'
import { printJson, printLine, printWarning } from '../../terminal.ts'
import { FOLDER_OPTIONS, openModels } from './models-options.ts'

export const linkModelsCommand: CommandDefinition = {
  description:
    'Writes extra_model_paths.yaml into the folder of a ComfyUI, which then looks for models in the models folder too; or, ' +
    'with --symlinks, one symbolic link for each model. Nothing that is there is removed or replaced.',
  positionals: [],
  options: [
    { name: 'comfyui-dir', value: 'DIR', help: 'Folder of ComfyUI, where its main.py is.' },
    { name: 'symlinks', help: 'Symbolic links in its models folder instead of the file.' },
    ...FOLDER_OPTIONS,
  ],
  examples: ['infinitetalk models link --comfyui-dir /opt/ComfyUI'],
  run: runLink,
}

async function runLink(invocation: Invocation): Promise<void> {
  const { arguments: given, terminal, services } = invocation
  const folder = given.text('comfyui-dir')
  if (folder === undefined) throw new AppError('usage', '"models link" needs --comfyui-dir DIR.')
  const library = await openModels(invocation)
  const { yamlPath, automatic, links } = await library.link({
    comfyuiFolder: resolve(services.currentFolder, folder),
    how: given.flag('symlinks') ? 'symlinks' : 'yaml',
  })
  printJson(terminal, { event: 'result', yaml_path: yamlPath, automatic, links })
  if (yamlPath !== null) {
    printLine(terminal, `✅ ${yamlPath} points to ${library.folder}`)
    if (automatic) return
    const option = `--extra-model-paths-config ${yamlPath}`
    printWarning(terminal, `Its own extra_model_paths.yaml was kept: start ComfyUI with ${option}`)
    return
  }
  for (const { path, outcome } of links) {
    if (outcome === 'made' || outcome === 'there') printLine(terminal, `✅ ${path}`)
    if (outcome === 'kept') printWarning(terminal, `${path} is someone else's: it was kept.`)
    if (outcome === 'dangling') printWarning(terminal, `${path} is a link that leads nowhere.`)
  }
  if (links.length === 0) printWarning(terminal, 'There are no models to link yet.')
}
