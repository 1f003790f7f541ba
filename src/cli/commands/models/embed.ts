// `infinitetalk models embed`: stores the text embeddings of the default prompt, once for each models folder.
import { COMFYUI_OPTIONS, comfyuiSettings } from '../../comfyui-options.ts'
import type { CommandDefinition, Invocation } from '../../command.ts'
import { printJson, printLine } from '../../terminal.ts'

export const command: CommandDefinition<typeof COMFYUI_OPTIONS> = {
  description:
    'Has ComfyUI encode the default prompt and store the result on its disk, so jobs with this prompt need not load the ' +
    '11 GB text encoder. With COMFYUI_DIR the result is stored in the models folder. Keep the file of the text encoder: ' +
    'graphs name it, and other prompts need it.',
  options: COMFYUI_OPTIONS,
  examples: ['infinitetalk models embed --comfyui-dir /opt/ComfyUI'],
  run: runEmbed,
}

async function runEmbed(invocation: Invocation<typeof COMFYUI_OPTIONS>): Promise<void> {
  const { options, terminal, services, signal } = invocation
  const { cachePath, isKeptInVolume } = await services.embedPrompt(comfyuiSettings(options), signal)
  printJson(terminal, { event: 'result', cache_path: cachePath, in_models_folder: isKeptInVolume })
  const where = cachePath === null ? 'by ComfyUI' : `in ${cachePath}`
  const how = isKeptInVolume ? ', which leads to the models folder' : ''
  printLine(terminal, `✅ The default prompt is kept ${where}${how}`)
}
