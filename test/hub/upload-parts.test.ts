// The parts of uploads that resume stay as long as their file waits for them.
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sweepUploads } from '../../src/app/files/resumed-upload.ts'
import { createHubBench, SUBMIT } from '../support/hub-bench.ts'

it('parts of deleted, expired and complete uploads are swept, those of others stay', async () => {
  const { hub, ports, wallClock } = await createHubBench({ works: false })
  const { caller, signal } = SUBMIT
  await mkdir(ports.uploadFolder, { recursive: true })
  const begin = async (): Promise<string> => {
    const { id } = await hub.files.create({}, caller)
    for (const name of [id, `${id}.json`]) await writeFile(join(ports.uploadFolder, name), '{}')
    return id
  }
  const [waiting, deleted, complete] = [await begin(), await begin(), await begin()]
  await hub.files.delete(deleted)
  const { content } = await hub.files.complete(complete, { contentType: null, signal })
  expect(content?.bytes).toBe(2)
  await writeFile(join(ports.uploadFolder, 'something else'), '')
  await sweepUploads(ports)
  expect((await readdir(ports.uploadFolder)).toSorted()).toEqual([waiting, `${waiting}.json`])
  wallClock.offsetMs = ports.limits.uploadLifeMs
  await expect(hub.files.complete(waiting, { contentType: null, signal })).rejects.toMatchObject({
    code: 'file_not_found',
  })
  await hub.files.delete(waiting)
  await sweepUploads(ports)
  expect(await readdir(ports.uploadFolder)).toEqual([])
})
