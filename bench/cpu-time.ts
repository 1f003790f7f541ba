// The CPU time of this process and of the programs it ran. On a machine that others use too, the clock on the wall measures them.
import { readFileSync } from 'node:fs'

export interface CpuTime {
  /** All threads of this process. */
  readonly ownMs: number
  /** Children that have ended. */
  readonly childrenMs: number
}

/** The unit of /proc/PID/stat on every Linux that Node runs on: USER_HZ. */
const MS_PER_TICK = 10
/** Fields of /proc/self/stat, counted behind the name in brackets, which may hold spaces. */
const CHILDREN_USER = 13
const CHILDREN_SYSTEM = 14

/** @throws where there is no /proc: this bench needs Linux */
export function cpuTime(): CpuTime {
  const { user, system } = process.cpuUsage()
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[CHILDREN_USER]) + Number(fields[CHILDREN_SYSTEM])
  return { ownMs: (user + system) / 1000, childrenMs: ticks * MS_PER_TICK }
}

export function cpuSince(start: CpuTime): CpuTime {
  const now = cpuTime()
  return { ownMs: now.ownMs - start.ownMs, childrenMs: now.childrenMs - start.childrenMs }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
