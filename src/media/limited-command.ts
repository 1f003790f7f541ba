// Limits the resources of a child process, where the operating system enforces limits, and the environment that it inherits.

export interface ChildLimits {
  /** The whole address space. Unsuitable for programs that reserve far more than they use, such as Node. */
  readonly maxAddressBytes?: number
  /** Writable memory. */
  readonly maxDataBytes?: number
  /** Ends even a child whose parent was killed with SIGKILL and so keeps no deadline. */
  readonly maxCpuSeconds: number
}

export interface Command {
  readonly file: string
  readonly args: readonly string[]
}

/**
 * A command that runs `file` under limits. On Linux the shell sets the limits and becomes the program. Program and arguments are
 * positional parameters, so the shell never parses them. Other systems have no such limits.
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

/** The environment that a child process needs to start. Our keys and tokens stay here. */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const inherited = [
    ...['PATH', 'SystemRoot', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'],
    // Set by bin/launch.js: with it our own children start twice as fast.
    'NODE_COMPILE_CACHE',
  ]
  const kept = inherited.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))
  return {
    ...Object.fromEntries(kept),
    LANG: 'C',
    // One malloc arena per thread would fill the address space limit on machines with many cores.
    MALLOC_ARENA_MAX: '2',
    // Disables character set plug-ins: a statically linked ffprobe crashes (SIGSEGV) on an MPEG-TS when it loads the machine's.
    GCONV_PATH: '/nonexistent',
  }
}
