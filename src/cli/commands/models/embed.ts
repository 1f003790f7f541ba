// `infinitetalk models embed`: the default prompt's text embeddings, once for each models folder.
import { COMFYUI_OPTIONS, comfyuiSettings } from '../../comfyui-options.ts'
import type { CommandDefinition, Invocation } from '../../command.ts'
import { printJson, printLine } from '../../terminal.ts'

export const embedPromptCommand: CommandDefinition = {
  description:
    'Has ComfyUI encode the default prompt and keep the result on its disk, so that jobs with this prompt need not load the ' +
    '11 GB text encoder. With COMFYUI_DIR it is kept in the models folder. The file of the text encoder must stay: graphs ' +
    'name it, and other prompts need it.',
  positionals: [],
  options: COMFYUI_OPTIONS,
  examples: ['infinitetalk models embed --comfyui-dir /opt/ComfyUI'],
  run: runEmbed,
}

async function runEmbed(invocation: Invocation): Promise<void> {
  const { arguments: given, terminal, services, signal } = invocation
  const { cachePath, isKeptInVolume } = await services.embedPrompt(comfyuiSettings(given), signal)
  printJson(terminal, { event: 'result', cache_path: cachePath, in_models_folder: isKeptInVolume })
  const where = cachePath === null ? 'by ComfyUI' : `in ${cachePath}`
  const how = isKeptInVolume ? ', which leads to the models folder' : ''
  printLine(terminal, `✅ The default prompt is kept ${where}${how}`)
}
