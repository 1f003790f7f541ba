// The options that the models commands share: folder, manifest, choice of models.
import { resolve } from 'node:path'
import { ALL_MODELS_SET } from '@infinitetalk/contract'
import type { ModelChoice, ModelLibrary } from '../../../app/ports/models.ts'
import type { Invocation, OptionDefinitions, OptionsOf } from '../../command.ts'

export const FOLDER_OPTIONS = {
  to: {
    value: 'DIR',
    help: 'Models folder (default INFINITETALK_MODELS_DIR, else /models, else ./data/models).',
  },
  manifest: { value: 'FILE', help: 'A list of models that adds to ours, or replaces entries.' },
} satisfies OptionDefinitions

export const CHOICE_OPTIONS = {
  set: {
    value: 'SETS',
    list: true,
    help: 'Sets of models, with commas: single, multi, low-vram, native, native-multi, all, or one of your own list.',
  },
  only: { value: 'NAMES', list: true, help: 'These models alone, with commas.' },
} satisfies OptionDefinitions

export function openModels({
  options: { to, manifest },
  services,
}: Pick<Invocation<typeof FOLDER_OPTIONS>, 'options' | 'services'>): Promise<ModelLibrary> {
  const pathOf = (text: string | undefined): string | null =>
    text === undefined ? null : resolve(services.currentFolder, text)
  return services.models({ folder: pathOf(to), manifestPath: pathOf(manifest) })
}

/** @param defaultSet the set without --set */
export function choiceOf(
  { set, only }: OptionsOf<typeof CHOICE_OPTIONS>,
  defaultSet: string = ALL_MODELS_SET,
): ModelChoice {
  return { sets: set.length === 0 ? [defaultSet] : set, names: only }
}
