// Commands of earlier versions, and names that one expects: the answer is the command to type instead.
import { AppError } from '../domain/errors.ts'

const REMOVED: ReadonlyMap<string, string> = new Map([
  [
    'beam',
    'Beam\'s own tool deploys this program. In the folder deploy/beam run "python preload_models.py", then ' +
      '"beam deploy app.py:handler" for the endpoint, and "beam deploy app.py:queue_handler" for the task queue. ' +
      'See docs/guide/beam.md.',
  ],
  [
    'db export',
    '"infinitetalk db migrate" copies a hub from its data folder into DATABASE_URL and S3_BUCKET. "pg_dump" backs up a database. See ' +
      'docs/guide/scale.md.',
  ],
  [
    'db import',
    '"infinitetalk db migrate" copies a hub from its data folder into DATABASE_URL and S3_BUCKET, and "infinitetalk db migrate ' +
      '--back" from there into a data folder. See docs/guide/scale.md.',
  ],
])

/** @throws AppError `usage` */
export function refuseRemovedCommand([first = '', second = '']: readonly string[]): void {
  const answer = REMOVED.get(first) ?? REMOVED.get(`${first} ${second}`)
  if (answer !== undefined) throw new AppError('usage', answer)
}
