// Asks workers of a shared database to finish their jobs and to stop. They notice within seconds.
import { resolve } from 'node:path'
import type { Config } from '../config/load-config.ts'
import { AppError } from '../domain/errors.ts'
import { openBeside } from '../stores/open-beside.ts'

/** @param name of a worker or of its host; `all` @returns the names of the workers @throws AppError `config_invalid`, `invalid_request`, `store_unavailable` */
export async function drainWorkers(
  name: string,
  { dataDir, databaseUrl }: Config,
): Promise<readonly string[]> {
  if (databaseUrl === undefined) {
    const detail = 'Draining needs DATABASE_URL, the database of the workers.'
    throw new AppError('config_invalid', detail)
  }
  await using stores = await openBeside(resolve(dataDir), databaseUrl)
  const { unitOfWork, workers } = stores
  const drained = await unitOfWork.write((tx) => workers.drain(tx, name === 'all' ? null : name))
  if (drained.length > 0) return drained
  const known = (await unitOfWork.read((tx) => workers.living(tx))).map((worker) => worker.name)
  const list = known.length === 0 ? 'No worker runs' : `These run: ${known.join(', ')}`
  throw new AppError('invalid_request', `There is no worker "${name}". ${list}.`)
}
