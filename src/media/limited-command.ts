// Limits on what a child process may take from the machine, set where the operating system can hold it to them, and the
// little it gets to know about this process.

export interface ChildLimits {
  /** All of the address space. Not for programs that reserve far more than they use, as Node does. */
  readonly maxAddressBytes?: number
  /** Memory that can be written to. */
  readonly maxDataBytes?: number
  /** Ends even a child whose parent was killed with SIGKILL and can keep no deadline any more. */
  readonly maxCpuSeconds: number
}

export interface Command {
  readonly file: string
  readonly args: readonly string[]
}

/**
 * A command that runs `file` under limits. On Linux the shell sets them and becomes the program, which is a positional
 * parameter like its arguments: the shell never reads them as text. Elsewhere there are no such limits.
 */
export function limitedCommand(
  file: string,
  args: readonly string[],
  limits: ChildLimits,
): Command {
  if (process.platform !== 'linux') return { file, args }
  const settings = [
    ...ulimit('v', limits.maxAddressBytes, 1024),
    ...ulimit('d', limits.maxDataBytes, 1024),
    ...ulimit('t', limits.maxCpuSeconds, 1),
  ]
  const script = [...settings, 'exec "$@"'].join('; ')
  return { file: '/bin/sh', args: ['-c', script, 'sh', file, ...args] }
}

function ulimit(resource: 'v' | 'd' | 't', amount: number | undefined, unit: number): string[] {
  return amount === undefined ? [] : [`ulimit -${resource} ${Math.ceil(amount / unit)}`]
}

/** What a static or a packaged program needs to start, and nothing of ours: keys and tokens stay here. */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const inherited = ['PATH', 'SystemRoot', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH']
  const kept = inherited.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))
  return {
    ...Object.fromEntries(kept),
    LANG: 'C',
    // One malloc arena per thread would fill the address space limit on machines with many cores.
    MALLOC_ARENA_MAX: '2',
    // No character set plug-ins: a statically linked ffprobe crashes (SIGSEGV) when it loads this machine's for an MPEG-TS.
    GCONV_PATH: '/nonexistent',
  }
}
