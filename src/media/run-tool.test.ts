import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { describe, expect, it } from 'vitest'
import { startHttpServer } from '../../test/support/hit-counter.ts'
import { everyToolSet, pidsNaming, processesNaming } from '../../test/support/media-bench.ts'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { AppError } from '../domain/errors.ts'
import { openTool, runTool } from './run-tool.ts'
import { fileArgument } from './tool-command.ts'

/** Runs until it is killed. */
const ENDLESS = ['-f', 'lavfi', '-i', 'anullsrc', '-f', 'null', '-']
const RAW_FRAMES = [
  '-f',
  'rawvideo',
  '-pixel_format',
  'gray',
  '-video_size',
  '16x16',
  '-i',
  'pipe:0',
]

function options(signal = new AbortController().signal) {
  return { signal, timeoutMs: 20_000, maxMemoryBytes: 4 * 1024 ** 3 }
}

describe.each(await everyToolSet())('$label', ({ tools: { ffmpeg, ffprobe } }) => {
  it('a failed run reports the message of the program, without the folders of this machine', async () => {
    const folder = await createTestFolder()
    const missing = folder.path('not here.wav')
    const work = runTool(ffprobe, ['-i', fileArgument(missing)], options())
    await expect(work).rejects.toMatchObject({
      code: 'tool_failed',
      detail: 'ffprobe exited with code 1: not here.wav: No such file or directory.',
    })
  })

  it('a run is killed at its deadline', async () => {
    const work = runTool(ffmpeg, ENDLESS, { ...options(), timeoutMs: 100 })
    await expect(work).rejects.toMatchObject({ code: 'tool_timeout' })
  })

  it('a run is killed when its work is aborted, and leaves no process', async () => {
    const folder = await createTestFolder()
    const abort = new AbortController()
    const endless = [
      ...ENDLESS.slice(0, -3),
      '-f',
      'flac',
      fileArgument(folder.path('endless.flac')),
    ]
    const work = runTool(ffmpeg, endless, options(abort.signal))
    setTimeout(() => abort.abort(), 50)
    await expect(work).rejects.toMatchObject({ code: 'canceled' })
    expect(processesNaming(folder.path(''))).toEqual([])
  })

  it('work that is aborted with an AppError fails with that error', async () => {
    const reason = new AppError('tool_timeout', 'The job took too long.')
    const abort = new AbortController()
    const work = runTool(ffmpeg, ENDLESS, options(abort.signal))
    abort.abort(reason)
    await expect(work).rejects.toBe(reason)
  })

  it('a run that prints too much is killed', async () => {
    const noise = ['-f', 'lavfi', '-i', 'anullsrc', '-f', 's16le', 'pipe:1']
    const work = runTool(ffmpeg, noise, { ...options(), maxOutputBytes: 100_000 })
    await expect(work).rejects.toMatchObject({ code: 'tool_failed', detail: /100000 bytes/ })
  })

  it.runIf(process.platform === 'linux').each(['SIGKILL', 'SIGTERM'] as const)(
    '14.5: a program that others kill with %s was killed, and did not fail',
    async (signalName) => {
      const { path } = await createTestFolder()
      const noise = ['-f', 'lavfi', '-i', 'anullsrc', '-metadata', `title=${path('')}`]
      const sound = openTool(ffmpeg, [...noise, '-f', 'wav', 'pipe:1'], options())
      await once(sound.stdout, 'readable')
      sound.stdout.resume()
      const [pid] = pidsNaming(path(''))
      process.kill(pid!, signalName)
      await expect(sound.done).rejects.toMatchObject({ code: 'tool_killed' })
    },
  )

  it('output can be taken as it comes', async () => {
    const seconds = 3
    const source = ['-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono', '-t', String(seconds)]
    let bytes = 0
    const { stdout } = await runTool(ffmpeg, [...source, '-f', 's16le', 'pipe:1'], {
      ...options(),
      onStdout: (chunk) => {
        bytes += chunk.length
      },
    })
    expect(bytes).toBe(seconds * 8000 * 2)
    expect(stdout.length).toBe(0)
  })

  it('streams frames in and a video out', async () => {
    const film = openTool(ffmpeg, [...RAW_FRAMES, '-f', 'rawvideo', 'pipe:1'], options())
    const received: Buffer[] = []
    const reading = pipeline(film.stdout, async (chunks) => {
      for await (const chunk of chunks) received.push(chunk as Buffer)
    })
    for (let frame = 0; frame < 10; frame += 1) film.stdin.write(Buffer.alloc(256, frame))
    film.stdin.end()
    await film.done
    await reading
    expect(Buffer.concat(received).length).toBe(2560)
  })

  it('a canceled streamed run ends although input remains', async () => {
    const film = openTool(ffmpeg, [...RAW_FRAMES, '-f', 'null', '-'], options())
    film.stdin.write(Buffer.alloc(256))
    film.kill()
    await expect(film.done).rejects.toMatchObject({ code: 'canceled' })
    film.stdin.write(Buffer.alloc(256 * 1000))
  })

  it('no run reaches the network, even for a file that asks for it', async () => {
    const canary = await startHttpServer((_request, response) => response.end('secret'))
    const folder = await createTestFolder()
    const playlist = folder.path('list.m3u8')
    await writeFile(playlist, `#EXTM3U\n#EXTINF:1,\n${canary.url('/a.ts')}\n#EXT-X-ENDLIST\n`)
    for (const input of [fileArgument(playlist), canary.url('/a.ts')]) {
      await expect(runTool(ffprobe, ['-i', input], options())).rejects.toThrow(AppError)
      const decode = ['-i', input, '-f', 'null', '-']
      await expect(runTool(ffmpeg, decode, options())).rejects.toThrow(AppError)
    }
    expect(canary.connections).toBe(0)
    await canary.close()
  })

  it.runIf(process.platform === 'linux')(
    'a program does not get more memory than it may take',
    async () => {
      const huge = ['-f', 'lavfi', '-i', 'color=size=16000x16000:duration=1', '-f', 'null', '-']
      const limits = { timeoutMs: 2000, maxMemoryBytes: 300 * 1024 ** 2 }
      const error = await runTool(ffmpeg, huge, { ...options(), ...limits }).catch(
        (e: AppError) => e,
      )
      // Some versions stop, others wait for ever for the frame they could not make.
      expect(['tool_failed', 'tool_timeout']).toContain((error as AppError).code)
      await expect(
        runTool(ffmpeg, [...huge.slice(0, 3), 'color=duration=1', ...huge.slice(4)], {
          ...options(),
          ...limits,
        }),
      ).resolves.toBeDefined()
    },
  )

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'no program outlives this one when it is ended by %s',
    async (signal) => {
      const folder = await createTestFolder()
      const [script, output] = [folder.path('parent.mjs'), folder.path('endless.flac')]
      await writeFile(script, parentProgram(ffmpeg.path, output))
      const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
      const [pid] = (await once(parent.stdout, 'data')) as [Buffer]
      parent.kill(signal)
      const [, killedBy] = await once(parent, 'exit')
      expect(killedBy).toBe(signal)
      await expect.poll(() => existsSync(`/proc/${pid.toString().trim()}/exe`)).toBe(false)
      expect(processesNaming(output)).toEqual([])
    },
  )

  it('the programs do not see our environment', async () => {
    if (!existsSync('/proc/self/environ')) return
    const folder = await createTestFolder()
    const copy = folder.path('environment')
    process.env.SECRET_FOR_TEST = 'secret'
    const read = ['-f', 'data', '-i', fileArgument('/proc/self/environ'), '-map', '0', '-c', 'copy']
    await runTool(ffmpeg, [...read, '-f', 'data', fileArgument(copy)], options())
    delete process.env.SECRET_FOR_TEST
    const environment = await readFile(copy, 'latin1')
    expect(environment).toContain('LANG=C')
    expect(environment).not.toContain('SECRET')
  })
})

/** Starts an endless run and prints the process ids of its children. */
function parentProgram(ffmpegPath: string, output: string): string {
  const runToolUrl = new URL('./run-tool.ts', import.meta.url).href
  return `
    import { readFileSync } from 'node:fs'
    import { openTool } from ${JSON.stringify(runToolUrl)}
    const tool = { name: 'ffmpeg', path: ${JSON.stringify(ffmpegPath)}, version: '', major: null, origin: 'path' }
    const args = ['-f', 'lavfi', '-i', 'anullsrc', '-f', 'flac', ${JSON.stringify(`file:${output}`)}]
    openTool(tool, args, { signal: new AbortController().signal, timeoutMs: 60000 })
    process.stdout.write(readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8'))
  `
}
