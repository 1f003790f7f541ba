// Keeps what was spoken for an estimate, or to be heard, for some minutes: a job of the same key with the same words sounds the same, and
// the speech server is asked once. Only this process knows it; its folders are swept like those of renders.
import { constants, copyFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { abortError } from '../async/abort-error.ts'
import { ownedName } from '../domain/owned-name.ts'
import type { HubPorts } from './hub-ports.ts'
import type { OpenSpeech, SpeechMaker, SpeechRequest } from './ports/speech.ts'

export interface SpokenLimits {
  readonly maxSounds: number
  readonly maxBytes: number
  readonly keepMs: number
}

/** A long text is some ten sounds of 5 MB. Ten minutes: people listen, change other settings, then submit. */
const LIMITS: SpokenLimits = { maxSounds: 200, maxBytes: 256 * 1024 ** 2, keepMs: 10 * 60_000 }
const FILE = 'sound'

interface KeptSound {
  readonly folder: string
  readonly bytes: number
  readonly untilMs: number
}

type Ports = Pick<HubPorts, 'openSpeech' | 'workFolder' | 'owner' | 'clock'>

export class SpokenSounds {
  readonly #ports: Ports
  readonly #limits: SpokenLimits
  /** In the order in which they were kept. */
  readonly #kept = new Map<string, KeptSound>()
  /** Sounds that are being made to be kept. */
  readonly #making = new Map<string, Promise<void>>()

  constructor(ports: Ports, limits: SpokenLimits = LIMITS) {
    this.#ports = ports
    this.#limits = limits
  }

  /** Speaks for a key. @param keeps false: uses what is kept and keeps nothing more */
  openFor(ownerKey: string, keeps: boolean): OpenSpeech {
    return async (signal) => {
      const speech = await this.#ports.openSpeech(signal)
      return {
        name: speech.name,
        speak: (request) => this.#speak(nameOf(ownerKey, request), request, speech, keeps),
      }
    }
  }

  async removeOld(): Promise<void> {
    const now = this.#ports.clock.monotonicMs()
    for (const [name, { untilMs }] of this.#kept) if (untilMs <= now) await this.#remove(name)
  }

  async removeAll(): Promise<void> {
    for (const name of this.#kept.keys()) await this.#remove(name)
  }

  async #speak(name: string, request: SpeechRequest, speech: SpeechMaker, keeps: boolean) {
    for (let making = this.#making.get(name); making !== undefined; ) {
      await ended(making, request.signal)
      making = this.#making.get(name)
    }
    // Without a kept sound nothing is awaited before the making is noted: an equal request would miss it.
    const sound = this.#kept.get(name)
    if (sound !== undefined && (await this.#reuse(sound, request.toPath))) return
    const spoken = speech.speak(request)
    if (!keeps) return spoken
    const kept = spoken.then(() => this.#keep(name, request.toPath))
    this.#making.set(name, kept)
    await kept.finally(() => {
      if (this.#making.get(name) === kept) this.#making.delete(name)
    })
  }

  /** @returns false when it is not there, or no longer */
  async #reuse({ folder, untilMs }: KeptSound, toPath: string): Promise<boolean> {
    if (untilMs <= this.#ports.clock.monotonicMs()) return false
    return copyFile(join(folder, FILE), toPath, constants.COPYFILE_FICLONE).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return false
        throw error
      },
    )
  }

  /** A sound that cannot be kept is spoken again for the job. */
  async #keep(name: string, path: string): Promise<void> {
    const { workFolder, owner, clock } = this.#ports
    const { maxSounds, maxBytes, keepMs } = this.#limits
    const { size: bytes } = await stat(path)
    if (bytes > maxBytes) return
    const folder = await mkdtemp(join(workFolder, ownedName(owner, ''))).catch(() => null)
    if (folder === null) return
    try {
      await copyFile(path, join(folder, FILE), constants.COPYFILE_FICLONE)
    } catch {
      return removeFolder(folder)
    }
    await this.#remove(name)
    this.#kept.set(name, { folder, bytes, untilMs: clock.monotonicMs() + keepMs })
    const sum = (): number => [...this.#kept.values()].reduce((all, each) => all + each.bytes, 0)
    while (this.#kept.size > maxSounds || sum() > maxBytes) {
      await this.#remove(this.#kept.keys().next().value!)
    }
  }

  async #remove(name: string): Promise<void> {
    const sound = this.#kept.get(name)
    if (sound === undefined) return
    this.#kept.delete(name)
    await removeFolder(sound.folder)
  }
}

function nameOf(ownerKey: string, request: SpeechRequest): string {
  const { text, voice, speakerIndex, language } = request
  return JSON.stringify([ownerKey, text, voice, speakerIndex, language])
}

/** Waits for the sound of another request, whose failure is its own. @throws AppError `canceled` */
async function ended(making: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw abortError(signal)
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => reject(abortError(signal))
    signal.addEventListener('abort', onAbort, { once: true })
    void making
      .catch(() => {})
      .finally(() => {
        signal.removeEventListener('abort', onAbort)
        resolve()
      })
  })
}

function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 3 })
}
