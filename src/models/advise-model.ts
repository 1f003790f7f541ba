// The command that pulls a model file, by the list of models: only a set that holds the file would bring it.
import type { ModelEntry } from '@infinitetalk/contract'

/** One sentence; null for a file that is not in the list. */
export function adviseModel(file: string, models: readonly ModelEntry[]): string | null {
  const model = models.find((known) => known.file === file)
  if (model === undefined) return null
  const [set] = model.sets
  const choice = set === undefined ? `--only ${model.name}` : `--set ${set}`
  return `Run "infinitetalk models pull ${choice}", and make the folder visible to ComfyUI.`
}
