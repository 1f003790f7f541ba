// A Dockerfile as data, as far as its rules are tested: instructions with their stage, continued lines joined, comments left out.

export interface Instruction {
  readonly name: string
  /** All behind the name, flags such as `--from=` included. */
  readonly rest: string
  /** Name of the stage it belongs to; null before the first FROM. */
  readonly stage: string | null
}

export function readDockerfile(text: string): readonly Instruction[] {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
  let stage: string | null = null
  return lines.map((line) => {
    const [, name = '', rest = ''] = /^\s*(\S+)\s*(.*)$/.exec(line) ?? []
    if (name.toUpperCase() === 'FROM') stage = /\sAS\s+(\S+)$/i.exec(rest)?.[1] ?? rest
    return { name: name.toUpperCase(), rest, stage }
  })
}

export interface Copy {
  readonly from: string | null
  readonly sources: readonly string[]
  readonly target: string
}

export function readCopy({ rest }: Instruction): Copy {
  const words = rest.split(/\s+/)
  const flags = words.filter((word) => word.startsWith('--'))
  const paths = words.filter((word) => !word.startsWith('--'))
  return {
    from: flags.find((flag) => flag.startsWith('--from='))?.slice('--from='.length) ?? null,
    sources: paths.slice(0, -1),
    target: paths.at(-1) ?? '',
  }
}

/** `NAME=value` pairs of an ENV instruction, without quotes: we use none. */
export function readVariables({ rest }: Instruction): ReadonlyMap<string, string> {
  return new Map(
    rest.split(/\s+/).map((pair) => {
      const at = pair.indexOf('=')
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}

/** Checks the rules for Dockerfiles of this project: one sentence for each breach. */
export function findBreaches(instructions: readonly Instruction[]): readonly string[] {
  const defaults = new Map(
    instructions
      .filter(({ name, stage }) => name === 'ARG' && stage === null)
      .flatMap((argument) => [...readVariables(argument)]),
  )
  const stages = new Set(instructions.map(({ stage }) => stage))
  const breaches: string[] = []
  for (const instruction of instructions) {
    const { name, rest } = instruction
    const says = (what: string): void => void breaches.push(`${name} ${rest}: ${what}`)
    if (name === 'ADD') says('COPY takes files; what comes from elsewhere is checked by a script')
    if (name === 'FROM') {
      const image = rest
        .split(/\s/)[0]!
        .replace(/^\$\{?(\w+)\}?$/, (_, key) => defaults.get(key) ?? '')
      const isPinned = /:[\w][\w.-]*$/.test(image) && !/:latest$/.test(image)
      if (!isPinned && !stages.has(image)) says('the image has no fixed tag')
      if (!/\sAS\s/i.test(rest)) says('the stage has no name')
    }
    if (name === 'ENV' || name === 'ARG') {
      for (const variable of readVariables(instruction).keys()) {
        if (/(TOKEN|SECRET|PASSWORD|API_KEYS?|CREDENTIAL|DATABASE_URL|HEADERS)$/.test(variable)) {
          says('a secret would stay in the image')
        }
      }
    }
    if (name === 'RUN' && /(^|[;&|]\s*)(curl|wget|sudo|apt-get|pip|git)\s/.test(rest)) {
      says('this belongs into a script, where tests reach it')
    }
    if (['CMD', 'ENTRYPOINT'].includes(name) && !rest.startsWith('[')) {
      says('a shell would be process 1 and swallow SIGTERM')
    }
  }
  return breaches
}
