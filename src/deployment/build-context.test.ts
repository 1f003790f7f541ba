import { chmod, cp, mkdir, mkdtemp, open, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildContext, copiedPaths } from './build-context.ts'

const ROOT = join(import.meta.dirname, '../..')
const FIXTURE = join(ROOT, 'test/deployment/fixture')
const { signal } = new AbortController()

async function copyOfFixture() {
  const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-test-'))
  await cp(FIXTURE, folder, { recursive: true })
  return {
    path: (name: string) => join(folder, name),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

/** The names in a zip, from the list at its end. */
function namesIn(bytes: Uint8Array): string[] {
  const zip = Buffer.from(bytes)
  const names: string[] = []
  let at = zip.readUInt32LE(zip.length - 6)
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const length = zip.readUInt16LE(at + 28)
    names.push(zip.toString('utf8', at + 46, at + 46 + length))
    at += 46 + length + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return names
}

describe('the build context', () => {
  it('has what the Dockerfile copies and nothing else', async () => {
    const { bytes, files, dockerfile } = await buildContext(FIXTURE, 'hub', signal)
    expect(namesIn(bytes)).toEqual(['bin/run.sh', 'package.json', 'src/main.js'])
    expect(files).toBe(3)
    expect(dockerfile).toMatch(/\n\nFROM hub\n$/)
  })

  it('is the same bytes for the same content, whenever and wherever it was written', async () => {
    await using folder = await copyOfFixture()
    await utimes(folder.path('src/main.js'), 1, 1)
    await chmod(folder.path('package.json'), 0o600)
    const before = process.env.TZ
    process.env.TZ = 'Asia/Tokyo'
    const there = await buildContext(folder.path('.'), 'gpu', signal)
    process.env.TZ = 'America/New_York'
    const here = await buildContext(FIXTURE, 'gpu', signal)
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
    expect(there.sha256).toBe(here.sha256)
    await writeFile(folder.path('src/main.js'), 'something else')
    const changed = await buildContext(folder.path('.'), 'gpu', signal)
    expect(changed.sha256).not.toBe(here.sha256)
  })

  it('of this program has all that its own Dockerfile copies, and is small', async () => {
    const { bytes, dockerfile } = await buildContext(ROOT, 'gpu', signal)
    const names = namesIn(bytes)
    expect(names).toContain('src/main/cli.ts')
    expect(names).toContain('deploy/docker/check-health.js')
    expect(names.filter((name) => /node_modules|\.test\.ts$|\.env$/.test(name))).toEqual([])
    expect(bytes.byteLength).toBeLessThan(20_000_000)
    expect(dockerfile).toMatch(/^FROM \S+ AS hub$/m)
  })

  it('never has keys or packages, whether or not something says so', async () => {
    await using folder = await copyOfFixture()
    await rm(folder.path('.dockerignore'))
    await mkdir(folder.path('src/node_modules/left-pad'), { recursive: true })
    for (const name of ['.env', '.env.local', 'node_modules/left-pad/index.js']) {
      await writeFile(folder.path(`src/${name}`), 'KEY=value')
    }
    const { bytes } = await buildContext(folder.path('.'), 'hub', signal)
    expect(namesIn(bytes)).toEqual(['bin/run.sh', 'package.json', 'src/key.env', 'src/main.js'])
  })

  it('is refused when it is huge, by the name of what makes it so, before that is read', async () => {
    await using folder = await copyOfFixture()
    const model = await open(folder.path('src/model.bin'), 'w')
    await model.truncate(40_000_000_000)
    await model.close()
    await expect(buildContext(folder.path('.'), 'hub', signal)).rejects.toMatchObject({
      code: 'input_too_large',
      detail: expect.stringContaining('the largest is src/model.bin (40000 MB)'),
    })
  })

  it('needs a Dockerfile, and what that copies', async () => {
    await expect(buildContext(tmpdir(), 'gpu', signal)).rejects.toMatchObject({
      code: 'path_not_found',
    })
  })
})

describe('what a Dockerfile copies', () => {
  it('is read over several lines and less what other stages have', () => {
    const text =
      'COPY a b/ \\\n  c /to/\n# COPY no /\nCOPY --from=x y z\nadd --chown=1 ./d /to\nRUN e'
    expect(copiedPaths(text)).toEqual(['a', 'b', 'c', 'd'])
  })
})
