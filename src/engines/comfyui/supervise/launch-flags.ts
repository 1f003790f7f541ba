// The command line of a ComfyUI that belongs to this program. Versions differ in what they know, and argparse ends at the
// first option that it does not know: what is not essential is given only where its own --help names it.

export interface LaunchFolders {
  readonly input: string
  readonly output: string
  /** ComfyUI makes a folder `temp` in it, and empties that whenever it starts. */
  readonly temp: string
  readonly user: string
}

export interface Launch {
  readonly port: number
  readonly folders: LaunchFolders
  readonly maxUploadBytes: number
  /** YAML file that names more folders of models; null when there are none. */
  readonly modelPathsFile: string | null
  /** The operator's own flags, e.g. `--reserve-vram`, `2`. */
  readonly moreArguments: readonly string[]
}

const MIB = 1024 * 1024
/** Around the file there are the boundaries and the other fields of the form. */
const FORM_ROOM_MIB = 1

/** Options that decide who can reach it and where its files go: nobody but us gives them. */
const OWN_OPTIONS: readonly string[] = [
  '--listen',
  '--port',
  '--base-directory',
  '--input-directory',
  '--output-directory',
  '--temp-directory',
  '--user-directory',
  '--tls-keyfile',
  '--tls-certfile',
]

/** Every long option that the text of --help names. */
export function parseKnownOptions(help: string): ReadonlySet<string> {
  return new Set([...help.matchAll(/(?<![\w-])--[a-z][a-z0-9-]*/g)].map(([option]) => option))
}

/** The first option of the operator that is not theirs to give; null when all are. argparse takes abbreviations too. */
export function findForbiddenOption(moreArguments: readonly string[]): string | null {
  const options = moreArguments
    .filter((argument) => argument.startsWith('--'))
    .map((argument) => argument.split('=')[0] ?? argument)
  return (
    options.find(
      (option) => option.length > 2 && OWN_OPTIONS.some((own) => own.startsWith(option)),
    ) ?? null
  )
}

/** Arguments for main.py; ours stand last, so that no other one wins. */
export function launchArguments(known: ReadonlySet<string>, launch: Launch): readonly string[] {
  const { port, folders, maxUploadBytes, modelPathsFile, moreArguments } = launch
  const maxUploadMib = Math.ceil(maxUploadBytes / MIB) + FORM_ROOM_MIB
  const optional: readonly (readonly string[])[] = [
    ['--disable-auto-launch'],
    ['--dont-print-server'],
    // Prompts and names of inputs would be in every file that it makes.
    ['--disable-metadata'],
    // Hundreds of messages with pictures that nobody sees.
    ['--preview-method', 'none'],
    ['--max-upload-size', String(maxUploadMib)],
    // Nodes that call other companies' services; the newer name of the option first.
    known.has('--disable-partner-nodes') ? ['--disable-partner-nodes'] : ['--disable-api-nodes'],
    // A database of every model file, whose trouble would end the start.
    ['--disable-assets'],
    ['--user-directory', folders.user],
  ]
  return [
    ...moreArguments,
    ...optional.filter(([option]) => option !== undefined && known.has(option)).flat(),
    ...(modelPathsFile === null ? [] : ['--extra-model-paths-config', modelPathsFile]),
    ...['--input-directory', folders.input],
    ...['--output-directory', folders.output],
    ...['--temp-directory', folders.temp],
    // Everyone who reaches the server can run any code on this machine, so it listens on loopback only.
    ...['--listen', '127.0.0.1'],
    ...['--port', String(port)],
  ]
}
