// A pull from a server of the test, with short waits and small pieces; and the entries of its list of models.
import type { ModelEntry } from '@infinitetalk/contract'
import type { ModelLibrary, PullEvent, PullResult } from '../../src/app/ports/models.ts'
import { createModelLibrary } from '../../src/models/create-model-library.ts'
import { type DownloadPolicy, defaultPolicy } from '../../src/models/download-policy.ts'
import { modelHosts } from '../../src/models/model-hosts.ts'

export interface PullSetting {
  readonly folder: string
  readonly endpoint: string
  readonly models: readonly ModelEntry[]
  readonly token?: string
  readonly policy?: Partial<DownloadPolicy>
}

const KiB = 1024

export function testLibrary({
  folder,
  endpoint,
  models,
  token,
  policy,
}: PullSetting): ModelLibrary {
  return createModelLibrary({
    folder,
    catalogue: { sets: { single: 'All of them.' }, models },
    hosts: modelHosts(endpoint, token),
    policy: {
      ...defaultPolicy(() => 0.5),
      minPieceBytes: 64 * KiB,
      maxPieceBytes: 256 * KiB,
      idleTimeoutMs: 5000,
      giveUpAfterMs: 400,
      backoffMs: (failures) => Math.min(100, 5 * 2 ** failures),
      ...policy,
    },
    monotonicMs: () => performance.now(),
  })
}

export function modelEntry(file: string, facts: Partial<ModelEntry> = {}): ModelEntry {
  return {
    name: file.toLowerCase(),
    role: 'vae',
    file,
    folder: 'vae',
    source: { repo: 'maker/models', path: file, revision: 'main' },
    licence: 'MIT',
    sets: ['single'],
    graphs: [],
    optional: false,
    alternatives: [],
    notWith: [],
    ...facts,
  }
}

export interface Pulled {
  readonly result: PullResult
  readonly events: readonly PullEvent[]
}

export async function pull(
  library: ModelLibrary,
  { force = false, signal = AbortSignal.timeout(25_000) } = {},
): Promise<Pulled> {
  const events: PullEvent[] = []
  const choice = { sets: ['single'], names: [] }
  const onEvent = (event: PullEvent): void => void events.push(event)
  return { result: await library.pull({ choice, force, signal, onEvent }), events }
}
