// The guarded fetch as these tests use it: allowed to 127.0.0.1 and the ports of the test's own servers, and to nothing else
// that is not public, with answers of the test's own for names.
import type { FetchedFile } from '../../src/app/ports/fetcher.ts'
import { DEFAULT_LIMITS, type Limits } from '../../src/domain/limits.ts'
import { createFetcher } from '../../src/net/create-fetcher.ts'
import type { ResolveHost } from '../../src/net/resolve-host.ts'
import type { HitCounter } from '../support/hit-counter.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'

export interface LocalFetch {
  readonly folder: TestFolder
  /** Downloads to the file `body` of the folder. */
  fetch(url: string): Promise<FetchedFile>
}

export interface LocalFetchOptions {
  readonly servers: readonly HitCounter[]
  readonly limits?: Partial<Limits>
  readonly resolve?: ResolveHost
  readonly ownUrl?: string
  readonly maxBytes?: number
  readonly signal?: AbortSignal
}

export async function createLocalFetch(options: LocalFetchOptions): Promise<LocalFetch> {
  const folder = await createTestFolder()
  const fetcher = createFetcher({
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    allowPrivateAddresses: ['127.0.0.1/32'],
    extraPorts: options.servers.map(({ port }) => port),
    resolve: options.resolve ?? (async () => ['127.0.0.1']),
    ...(options.ownUrl === undefined ? {} : { ownUrl: options.ownUrl }),
  })
  return {
    folder,
    fetch: (url) =>
      fetcher.fetchToFile({
        url,
        toPath: folder.path('body'),
        maxBytes: options.maxBytes ?? 1_000_000,
        signal: options.signal ?? AbortSignal.timeout(10_000),
      }),
  }
}

/** Answers one list of addresses after the other, and counts the questions. */
export function answersInTurn(...answers: readonly (readonly string[])[]) {
  const asked: string[] = []
  const resolve: ResolveHost = async (hostname) => {
    asked.push(hostname)
    return answers[Math.min(asked.length, answers.length) - 1] ?? []
  }
  return { asked, resolve }
}
