// One recorded HTTP answer against ours: status, type, the headers that matter, and the body.
import { differences, shapeOf, withoutOwn } from './differences.ts'
import type { RawAnswer } from './raw-request.ts'
import type { RecordedAnswer } from './recording.ts'

export interface AnswerScene {
  /** As recorded. */
  readonly path: string
  /** As they were posted to our server. */
  readonly graphs: readonly unknown[]
  /** Recorded names into ours. */
  readonly ours: (text: string) => string
  /** Several prompts come and go: what waits at a moment depends on the moment. */
  readonly crowded: boolean
}

/** One line for each difference. */
export function answerDifferences(
  answer: RecordedAnswer,
  got: RawAnswer,
  scene: AnswerScene,
): readonly string[] {
  return [
    ...differences(answer.status, got.status, 'status'),
    // A 404 without a body has this type.
    ...(answer.type === 'application/octet-stream' && answer.status >= 400
      ? []
      : differences(answer.type, got.type, 'content type')),
    ...headerDifferences(answer, got, scene.path),
    ...(answer.text === undefined ? [] : differences(answer.text, got.body.toString(), 'text')),
    ...(answer.status === 206 ? differences(answer.bytes, got.body.length, 'bytes') : []),
    ...(answer.json === undefined ? [] : jsonDifferences(answer.json, got, scene)),
  ]
}

export function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return body.toString()
  }
}

function headerDifferences(answer: RecordedAnswer, got: RawAnswer, path: string) {
  return Object.entries(answer.headers ?? {}).flatMap(([name, value]) => {
    const found = got.headers[name]
    // The time of our file and the length of our own video differ from the recorded ones.
    if (name === 'etag' || name === 'last-modified') return found === undefined ? [name] : []
    const isOwnSize = name === 'content-range' && path.includes('.mp4')
    const plain = (text: unknown) => (isOwnSize ? String(text).replace(/\/.*/, '') : text)
    return differences(plain(value), plain(found), name)
  })
}

function jsonDifferences(json: unknown, got: RawAnswer, scene: AnswerScene): readonly string[] {
  const ours: unknown = withoutOwn(parseBody(got.body), scene.graphs)
  const recorded: unknown = JSON.parse(scene.ours(JSON.stringify(json)))
  if (scene.path.endsWith('/system_stats')) return differences(shapeOf(recorded), shapeOf(ours))
  if (scene.crowded && scene.path === '/queue') {
    return differences(waitingIds(recorded), waitingIds(ours))
  }
  return differences(sortedOutputs(recorded), sortedOutputs(ours))
}

/** Whether the first of those that wait runs already depends on the moment. */
function waitingIds(value: unknown): unknown {
  const queue = value as Readonly<Record<string, readonly (readonly unknown[])[]>>
  return [...(queue.queue_running ?? []), ...(queue.queue_pending ?? [])].map((one) => one[1])
}

/** The outputs to execute are a set: the last of the five members of a queue's tuple. */
function sortedOutputs(value: unknown): unknown {
  if (Array.isArray(value)) {
    const isTuple = value.length === 5 && Array.isArray(value[4]) && typeof value[1] === 'string'
    const items = value.map(sortedOutputs)
    return isTuple ? [...items.slice(0, 4), value[4].toSorted()] : items
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sortedOutputs(item)]))
}
