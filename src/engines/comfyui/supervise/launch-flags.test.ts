import { describe, expect, it } from 'vitest'
import {
  findForbiddenOption,
  type Launch,
  launchArguments,
  parseKnownOptions,
} from './launch-flags.ts'

const launch: Launch = {
  port: 4711,
  folders: { input: '/d/input', output: '/d/output', temp: '/d', user: '/d/user' },
  maxUploadBytes: 1000 * 1000 * 1000,
  modelPathsFile: '/d/models.yaml',
  moreArguments: ['--cpu'],
}
const HELP = `usage: main.py [-h] [--listen [IP]] [--port PORT]
               [--disable-api-nodes | --multi-word] [--preview-method [none,auto]]
options:
  --disable-metadata    Disable saving prompt metadata in files; not foo--bar.
`

describe('the command line of a supervised ComfyUI', () => {
  it('knows the options that the help names', () => {
    expect([...parseKnownOptions(HELP)]).toEqual([
      '--listen',
      '--port',
      '--disable-api-nodes',
      '--multi-word',
      '--preview-method',
      '--disable-metadata',
    ])
  })

  it('has nothing that the version does not know, and always what keeps it private and ours', () => {
    expect(launchArguments(new Set(), { ...launch, modelPathsFile: null })).toEqual([
      '--cpu',
      ...['--input-directory', '/d/input', '--output-directory', '/d/output'],
      ...['--temp-directory', '/d', '--listen', '127.0.0.1', '--port', '4711'],
    ])
  })

  it('prefers the newer name of an option that has two', () => {
    const both = new Set(['--disable-partner-nodes', '--disable-api-nodes'])
    expect(launchArguments(both, launch)).toContain('--disable-partner-nodes')
    expect(launchArguments(both, launch)).not.toContain('--disable-api-nodes')
    expect(launchArguments(new Set(['--disable-api-nodes']), launch)).toContain(
      '--disable-api-nodes',
    )
  })

  it('lets a file of the allowed size through, its form around it', () => {
    const args = launchArguments(new Set(['--max-upload-size']), launch)
    expect(Number(args[args.indexOf('--max-upload-size') + 1]) * 2 ** 20).toBeGreaterThan(
      launch.maxUploadBytes + 2 ** 20,
    )
  })

  it.each([
    [['--cpu', '--reserve-vram', '2'], null],
    [['--listen'], '--listen'],
    [['--listen=0.0.0.0'], '--listen'],
    [['--out', '/x'], '--out'],
    [['--'], null],
  ])('of the operator: %j', (given, forbidden) => {
    expect(findForbiddenOption(given)).toBe(forbidden)
  })
})
