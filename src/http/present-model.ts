// A model file as the API shows it. Its path is relative to the models folder, so nothing else of the machine is revealed.
import type { ModelList } from '@infinitetalk/contract'
import type { ModelStatus } from '../app/ports/models.ts'

export function presentModel(status: ModelStatus): ModelList['data'][number] {
  const { model, state, detail, bytes, approximate, bytesOnDisk, sha256 } = status
  return {
    object: 'model',
    name: model.name,
    role: model.role,
    path: `${model.folder}/${model.file}`,
    state,
    detail,
    bytes,
    approximate,
    bytes_on_disk: bytesOnDisk,
    sha256,
    licence: model.licence,
    sets: model.sets,
    graphs: model.graphs,
    optional: model.optional,
    alternatives: model.alternatives,
  }
}
