// Firefox without a window, spoken to by WebDriver BiDi (https://w3c.github.io/webdriver-bidi/), which it has itself: Playwright drives
// only a Firefox of its own making.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { findProgram } from './requires.ts'

const PROGRAMS = ['firefox-esr', 'firefox']
/** Its first start on a busy machine takes half a minute. */
const ANSWER_MS = 120_000
const LISTENING = /^WebDriver BiDi listening on (ws:\S+)/
/** A muted video plays without a click, and nothing is asked of the maker's servers. */
const PREFERENCES = [
  'user_pref("media.autoplay.default", 0);',
  'user_pref("datareporting.policy.dataSubmissionEnabled", false);',
  'user_pref("app.update.disabledForTesting", true);',
  'user_pref("network.captive-portal-service.enabled", false);',
  'user_pref("network.connectivity-service.enabled", false);',
]

/** null where there is none. */
export const FIREFOX = PROGRAMS.map(findProgram).find((path) => path !== null) ?? null

export interface FirefoxPage {
  /** The value of an expression on the page, which may be a promise; it travels as JSON. */
  evaluate<T>(expression: string): Promise<T>
}

/** Ends with the test. */
export async function openInFirefox(url: string): Promise<FirefoxPage> {
  const { send } = await startFirefox()
  await send('session.new', { capabilities: {} })
  const { contexts } = await send<{ contexts: readonly [{ context: string }] }>(
    'browsingContext.getTree',
    {},
  )
  const [{ context }] = contexts
  await send('browsingContext.navigate', { context, url, wait: 'complete' })
  return {
    async evaluate<T>(expression: string) {
      const json = `Promise.resolve(${expression}).then((value) => JSON.stringify(value ?? null))`
      const answer = await send<Evaluated>('script.evaluate', {
        ...{ expression: json, target: { context }, awaitPromise: true },
      })
      if (answer.type !== 'success') throw new Error(answer.exceptionDetails.text)
      return JSON.parse(answer.result.value) as T
    },
  }
}

type Evaluated =
  | { readonly type: 'success'; readonly result: { readonly value: string } }
  | { readonly type: 'exception'; readonly exceptionDetails: { readonly text: string } }

interface Connection {
  send<T>(method: string, parameters: object): Promise<T>
}

async function startFirefox(): Promise<Connection> {
  const profile = await mkdtemp(join(tmpdir(), 'firefox-'))
  await writeFile(join(profile, 'user.js'), PREFERENCES.join('\n'))
  const words = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0']
  const child = spawn(FIREFOX!, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: profile },
    // Its helpers are ended with it.
    detached: true,
  })
  onTestFinished(async () => {
    const gone = once(child, 'exit')
    process.kill(-child.pid!, 'SIGKILL')
    await gone
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  for await (const line of createInterface({ input: child.stderr })) {
    const address = LISTENING.exec(line)?.[1]
    if (address === undefined) continue
    child.stderr.resume()
    return connect(`${address}/session`)
  }
  throw new Error('Firefox ended before it listened.')
}

async function connect(address: string): Promise<Connection> {
  const socket = new WebSocket(address)
  const waiting = new Map<number, (answer: Answer) => void>()
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
  })
  await once(socket, 'open', { signal: AbortSignal.timeout(ANSWER_MS) })
  let sent = 0
  return {
    async send<T>(method: string, parameters: object) {
      sent += 1
      const answered = Promise.withResolvers<Answer>()
      waiting.set(sent, answered.resolve)
      socket.send(JSON.stringify({ id: sent, method, params: parameters }))
      const late = setTimeout(
        () => answered.reject(new Error(`${method} has no answer.`)),
        ANSWER_MS,
      )
      const answer = await answered.promise.finally(() => clearTimeout(late))
      if (answer.type === 'error') throw new Error(`${method}: ${answer.message}`)
      return answer.result as T
    },
  }
}

interface Answer {
  readonly id: number
  readonly type: 'success' | 'error'
  readonly message?: string
  readonly result?: unknown
}
