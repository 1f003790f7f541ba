// Servers of other makers that speak S3, for tests: moto, AWS's behaviour in memory, and nanio, files in a folder, which verifies every
// signature. Both come with .ci/install-oracles.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { S3Options } from '../../src/stores/blobs/s3/s3-options.ts'
import { describeWithMaker, makersProgram } from './makers.ts'

const DEADLINE_MS = 60_000
const ACCESS_KEY = 'AKIAIOSFODNN7EXAMPLE'
const SECRET_KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'

export const S3_MAKERS = ['moto', 'nanio'] as const
export type S3Maker = (typeof S3_MAKERS)[number]

export function describeS3(name: string, suite: () => void): void {
  describeWithMaker('s3', 'moto_server', name, suite)
}

export interface S3Server extends AsyncDisposable {
  /** Makes an empty bucket. */
  createBucket(): Promise<S3Options>
}

/** The settings of a hub that keeps its blobs there. */
export function bucketVariables(options: S3Options): Record<string, string> {
  return {
    S3_ENDPOINT: options.endpoint,
    S3_BUCKET: options.bucket,
    S3_ACCESS_KEY_ID: options.accessKeyId,
    S3_SECRET_ACCESS_KEY: options.secretAccessKey,
  }
}

export async function startS3(maker: S3Maker): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-s3-'))
  const port = await freePort()
  const child =
    maker === 'moto'
      ? run('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {})
      : run('nanio', nanioArguments(folder, port), {
          NANIO_ACCESS_KEY: ACCESS_KEY,
          NANIO_SECRET_KEY: SECRET_KEY,
        })
  const endpoint = `http://127.0.0.1:${port}`
  let buckets = 0
  try {
    await answers(endpoint, child)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return {
    async createBucket() {
      buckets += 1
      const options: S3Options = {
        ...{ endpoint, publicEndpoint: endpoint, bucket: `videos-${buckets}`, region: 'us-east-1' },
        ...{ accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY, sessionToken: null },
        ...{ pathStyle: true, prefix: '' },
      }
      const { signRequest } = await import('../../src/stores/blobs/s3/sign-request.ts')
      const { url, headers } = await signRequest({ method: 'PUT', key: '' }, options, Date.now())
      const answer = await fetch(url, { method: 'PUT', headers })
      if (!answer.ok) throw new Error(`no bucket: ${answer.status} ${await answer.text()}`)
      return options
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function nanioArguments(folder: string, port: number): readonly string[] {
  return ['serve', '--data-dir', folder, '--host', '127.0.0.1', '--port', String(port)]
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(makersProgram('s3', program), args, {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  })
}

async function answers(endpoint: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the server ended: ${child.exitCode}`)
    const isThere = await fetch(endpoint).then(
      () => true,
      () => false,
    )
    if (isThere) return
    await sleep(100)
  }
  throw new Error('the server does not answer')
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { readonly port: number }
  await new Promise((done) => server.close(done))
  return port
}
