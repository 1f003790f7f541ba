// Resolves names of sets and models. An unknown name is rejected with a suggestion.
import { ALL_MODELS_SET, didYouMean, type ModelEntry } from '@infinitetalk/contract'
import type { ModelChoice } from '../app/ports/models.ts'
import { AppError } from '../domain/errors.ts'
import type { ModelCatalogue } from './load-manifest.ts'

/** In the order of the manifest. @throws AppError `usage` */
export function chooseModels(
  { sets, names }: ModelChoice,
  { models, ...catalogue }: ModelCatalogue,
): readonly ModelEntry[] {
  if (names.length > 0) {
    const wanted = new Set(names.map((name) => findModel(name, models)))
    return models.filter((model) => wanted.has(model))
  }
  const known = [...new Set([...Object.keys(catalogue.sets), ...models.flatMap((m) => m.sets)])]
  for (const set of sets) checkKnown(set, [...known, ALL_MODELS_SET], 'set of models')
  if (sets.includes(ALL_MODELS_SET)) return models
  return models.filter((model) => model.sets.some((set) => sets.includes(set)))
}

/** @throws AppError `usage` */
export function findModel(name: string, models: readonly ModelEntry[]): ModelEntry {
  const found = models.find((model) => model.name === name || model.file === name)
  if (found !== undefined) return found
  checkKnown(
    name,
    models.map((model) => model.name),
    'model',
  )
  throw new AppError('usage', `There is no model "${name}".`)
}

function checkKnown(name: string, known: readonly string[], what: string): void {
  if (known.includes(name)) return
  const suggestion = didYouMean(name, known)
  const meant = suggestion === null ? '' : ` Did you mean "${suggestion}"?`
  throw new AppError('usage', `There is no ${what} "${name}".${meant}`)
}
