// A PostgreSQL server for tests: a fresh cluster in a temporary folder, reached by a socket in it, removed afterwards. PostgreSQL
// refuses to run as root, so root runs it as the user that Debian's package creates.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, it } from 'vitest'

export const POSTGRES_HOW = 'apt-get install postgresql'
const DEBIAN_ROOT = '/usr/lib/postgresql'

/** The folder of initdb and pg_ctl, which Debian keeps out of PATH; null when there is none. */
export function postgresPrograms(): string | null {
  const debian = existsSync(DEBIAN_ROOT)
    ? readdirSync(DEBIAN_ROOT)
        .toSorted((a, b) => Number(b) - Number(a))
        .map((version) => join(DEBIAN_ROOT, version, 'bin'))
    : []
  const folders = [...debian, ...(process.env.PATH ?? '').split(delimiter)]
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null
}

export interface PostgresServer {
  /** A new, empty database. @returns its URL */
  createDatabase(): Promise<string>
  /** Ends all connections. @param mode `immediate` is a crash */
  restart(mode: 'fast' | 'immediate'): Promise<void>
  /** A second stop does nothing. */
  stop(): void
}

/** A suite with a server of its own. Where PostgreSQL is absent it is skipped and says how to get it; if nothing may be skipped, it fails. */
export function describePostgres(name: string, suite: (server: PostgresServer) => void): void {
  if (postgresPrograms() === null && process.env.INFINITETALK_TEST_ALL !== '1') {
    describe(`${name} (skipped: no postgresql; get it: ${POSTGRES_HOW})`, () => {
      it.skipIf(true)('not run', () => {})
    })
    return
  }
  describe(name, () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres()
    })
    afterAll(() => server?.stop())
    suite({
      createDatabase: () => server.createDatabase(),
      restart: (mode) => server.restart(mode),
      stop: () => server.stop(),
    })
  })
}

export async function startPostgres(): Promise<PostgresServer> {
  const programs = postgresPrograms()
  if (programs === null) throw new Error(`PostgreSQL is missing: ${POSTGRES_HOW}`)
  const folder = mkdtempSync(join(tmpdir(), 'infinitetalk-postgres-'))
  const user = process.getuid?.() === 0 ? userOf('postgres') : null
  if (user !== null) chownSync(folder, user.uid, user.gid)
  const run = (program: string, ...args: string[]): void => {
    execFileSync(join(programs, program), args, { ...user, cwd: folder, stdio: 'ignore' })
  }
  const data = join(folder, 'data')
  run('initdb', '--pgdata', data, '--auth', 'trust', '--username', 'postgres', '--encoding', 'UTF8')
  const options = `-c listen_addresses='' -k ${folder}`
  const log = join(folder, 'log')
  const start = ['--wait', '--pgdata', data, '--log', log, '--options', options]
  run('pg_ctl', 'start', ...start)
  const urlOf = (name: string): string =>
    `postgres://postgres@localhost/${name}?host=${encodeURIComponent(folder)}`
  let databases = 0
  return {
    async createDatabase() {
      databases += 1
      const name = `test_${databases}`
      const client = new pg.Client({ connectionString: urlOf('postgres') })
      await client.connect()
      await client.query(`create database ${name}`)
      await client.end()
      return urlOf(name)
    },
    async restart(mode) {
      const child = spawn(join(programs, 'pg_ctl'), ['restart', '--mode', mode, ...start], {
        ...user,
        cwd: folder,
        stdio: 'ignore',
      })
      const [code] = await once(child, 'exit')
      if (code !== 0) throw new Error(`PostgreSQL does not start again (pg_ctl: ${code}).`)
    },
    stop() {
      if (!existsSync(folder)) return
      run('pg_ctl', 'stop', '--wait', '--mode', 'immediate', '--pgdata', data)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function userOf(name: string): { readonly uid: number; readonly gid: number } {
  const idOf = (flag: string): number =>
    Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout)
  return { uid: idOf('-u'), gid: idOf('-g') }
}
