// The options that the models commands share: folder, list of models, choice of models.
import { resolve } from 'node:path'
import { ALL_MODELS_SET } from '@infinitetalk/contract'
import type { ModelChoice, ModelLibrary } from '../../../app/ports/models.ts'
import type { Invocation, OptionDefinition, ParsedArguments } from '../../command.ts'

export const FOLDER_OPTIONS: readonly OptionDefinition[] = [
  {
    name: 'to',
    value: 'DIR',
    help: 'Models folder (default INFINITETALK_MODELS_DIR, else /models, else ./data/models).',
  },
  { name: 'manifest', value: 'FILE', help: 'List of models that is laid over ours.' },
]

export const CHOICE_OPTIONS: readonly OptionDefinition[] = [
  {
    name: 'set',
    value: 'SETS',
    help: 'Sets of models, with commas: single, multi, low-vram, native, all, or one of your own list.',
  },
  { name: 'only', value: 'NAMES', help: 'These models alone, with commas.' },
]

export function openModels({
  arguments: given,
  services,
}: Pick<Invocation, 'arguments' | 'services'>): Promise<ModelLibrary> {
  const pathOf = (name: string): string | null => {
    const text = given.text(name)
    return text === undefined ? null : resolve(services.currentFolder, text)
  }
  return services.models({ folder: pathOf('to'), manifestPath: pathOf('manifest') })
}

/** @param defaultSet the set without --set */
export function choiceOf(given: ParsedArguments, defaultSet: string = ALL_MODELS_SET): ModelChoice {
  const listOf = (name: string): readonly string[] =>
    (given.text(name) ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  const sets = listOf('set')
  return { sets: sets.length === 0 ? [defaultSet] : sets, names: listOf('only') }
}
