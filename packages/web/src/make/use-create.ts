// The button makes one job, or a batch for several voices or seeds. It leads to what was made, unless the person left.
import { useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { goTo } from '../routes.ts'
import { keepStill, makeStill } from '../takes/stills.ts'
import { useHere } from '../ui/use-here.ts'
import { batchOf } from './batch-of.ts'
import { withTitle } from './title-of-draft.ts'
import { countOf, type Draft } from './use-draft.ts'

interface Creation {
  create(): Promise<void>
  readonly failure: Failure | null
}

export function useCreate(draft: Draft): Creation {
  const { client } = useHub()
  const { request, visual, pile, setCreating } = draft
  const [failure, setFailure] = useState<Failure | null>(null)
  const here = useHere()
  // The change may have removed the cause of the failure.
  useEffect(() => setFailure(null), [request, pile.voices])
  const keepPicture = async (jobIds: readonly string[]): Promise<void> => {
    const still = visual?.blob == null ? (visual?.still ?? null) : await makeStill(visual.blob)
    if (still !== null) for (const id of jobIds) keepStill(id, still)
  }
  const createOne = async (): Promise<void> => {
    const job = await client.jobs.create(withTitle(request!, draft))
    await keepPicture([job.id])
    if (here.current) goTo({ view: 'take', id: job.id })
  }
  const createMany = async (): Promise<void> => {
    const further = pile.voices.flatMap(({ medium, upload }) =>
      upload.status === 'ready' ? [{ medium, source: upload.source }] : [],
    )
    const { variants } = draft.options
    const batch = await client.batches.create(batchOf(request!, { ...draft, further, variants }))
    await keepPicture(batch.items.slice(0, MAX_STILLS).map(({ job_id }) => job_id))
    pile.clear()
    if (here.current) goTo({ view: 'batch', id: batch.id })
  }
  const create = async (): Promise<void> => {
    if (request === null) return
    setCreating(true)
    try {
      await (countOf(draft) === 1 ? createOne() : createMany())
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      setCreating(false)
    }
  }
  return { create, failure }
}

/** The tab keeps few of them. */
const MAX_STILLS = 12
