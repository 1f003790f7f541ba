// A program that starts the real ffmpeg or ffprobe and kills it with SIGKILL at chosen calls, as a machine does that runs out of
// memory. It then exits as shells do, with 128 + 9.
import { chmod, writeFile } from 'node:fs/promises'
import type { Tool } from '../../src/media/tool.ts'

export interface Kill {
  /** A part of the command line; the empty text matches every call but `-version`. */
  readonly matching: string
  /** The number of the matching call that is killed, from 1. */
  readonly call: number
}

/** @param path where the program is written; folders beside it count its calls */
export async function writeKillingTool(
  path: string,
  tool: Tool,
  kills: readonly Kill[],
): Promise<Tool> {
  const branches = kills.map(({ matching, call }, index) =>
    [
      `case "$*" in *"${matching}"*)`,
      `  n=1; while ! mkdir "$0.${index}.$n" 2>/dev/null; do n=$((n + 1)); done`,
      `  if [ $n = ${call} ]; then "${tool.path}" "$@" & kill -9 $!; wait $!; exit $?; fi ;;`,
      'esac',
    ].join('\n'),
  )
  const program = `exec "${tool.path}" "$@"`
  const version = `case "$*" in *-version*) ${program} ;; esac`
  await writeFile(path, ['#!/bin/sh', version, ...branches, program, ''].join('\n'))
  await chmod(path, 0o755)
  return { ...tool, path }
}
