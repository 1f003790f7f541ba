// Commands of earlier versions that other programs replaced: the answer is the command to type instead.
import { AppError } from '../domain/errors.ts'

const REMOVED: ReadonlyMap<string, string> = new Map([
  [
    'beam',
    'Beam\'s own tool deploys this program. In the folder deploy/beam run "python preload_models.py", then ' +
      '"beam deploy app.py:handler" for the endpoint, and "beam deploy app.py:queue_handler" for the task queue. ' +
      'See docs/guide/beam.md.',
  ],
])

/** @param name the first word on the command line. @throws AppError `usage` */
export function refuseRemovedCommand(name: string): void {
  const answer = REMOVED.get(name)
  if (answer !== undefined) throw new AppError('usage', answer)
}
