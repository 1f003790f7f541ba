// Writes events as lines: JSON for programs, one readable line with a mark on a terminal. Every line about a job has its id; no
// line has secrets or long base64.
import { pino } from 'pino'
import { prettyFactory } from 'pino-pretty'
import type { HubEvent, Observer } from '../app/ports/observer.ts'
import { describeEvent } from './describe-event.ts'
import { redact } from './redact.ts'

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'

export interface LogStream {
  write(text: string): unknown
  readonly isTTY?: boolean
}

export function createLogger(level: LogLevel, stream: LogStream): Observer {
  const toPrettyLine = createPrettyLine()
  const log = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write: (line: string) => void stream.write(stream.isTTY === true ? toPrettyLine(line) : line),
    },
  )
  return {
    observe(event) {
      const { level: severity, message, mark } = describeEvent(event)
      if (!log.isLevelEnabled(severity)) return
      log[severity]({ ...factsOf(event), ...(stream.isTTY === true ? { mark } : {}) }, message)
    },
  }
}

/** Logs name the type `event`. Unknown members are left out. */
function factsOf({ type, ...facts }: HubEvent): object {
  const known = Object.entries(redact(facts) as object).filter(([, value]) => value !== null)
  return { event: type, ...Object.fromEntries(known) }
}

const ON_A_TERMINAL = ['time', 'jobId', 'requestId']

function createPrettyLine(): (line: string) => string {
  return prettyFactory({
    messageKey: 'message',
    translateTime: 'SYS:HH:MM:ss',
    include: ON_A_TERMINAL.join(','),
    singleLine: true,
    messageFormat: (record, key) => {
      const mark = String(record.mark ?? '')
      return `${mark === '' ? '  ' : mark} ${String(record[key])}`
    },
  })
}
