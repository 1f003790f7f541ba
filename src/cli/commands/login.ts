// `infinitetalk login`: keeps the URL of a hub and its key for later commands.
import { ApiError } from '@infinitetalk/client'
import { AppError } from '../../domain/errors.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { HUB_OPTIONS, withHub } from '../connect-hub.ts'
import { readSecret } from '../read-secret.ts'
import { printHanging, printJson, printWarning } from '../terminal.ts'

export const command: CommandDefinition<typeof HUB_OPTIONS> = {
  description:
    'Keeps the URL of a hub and an API key in a file that only you may read, for all commands that call a hub. The key is asked for, ' +
    'or read from standard input, and tried before it is kept. It is sent to this hub only. --url, --token, INFINITETALK_URL and ' +
    'INFINITETALK_TOKEN take precedence.',
  options: HUB_OPTIONS,
  examples: ['infinitetalk login --url https://hub.example', 'infinitetalk login < key.txt'],
  run: runLogin,
}

async function runLogin(invocation: Invocation<typeof HUB_OPTIONS>): Promise<void> {
  const { options, terminal, services, signal } = invocation
  const url = options.url ?? services.hubAddress().url
  const token = options.token ?? (await readSecret(terminal, `API key of ${url}: `, signal))
  if (!/^[\x21-\x7e]{1,512}$/.test(token)) {
    throw new AppError('usage', 'A key has 1 to 512 characters, without spaces.')
  }
  await withHub({ services, options: { url, token } }, async (client) => {
    await client.jobs.list({ limit: 1, signal }).catch((error: unknown) => {
      // A key that may only write is valid too.
      if (!(error instanceof ApiError && error.code === 'scope_missing')) throw error
    })
  })
  if (isOpenLine(url)) printWarning(terminal, `${url} is not encrypted: others may read the key.`)
  const path = services.keepLogin({ url, token })
  printJson(terminal, { event: 'result', url, path })
  printHanging(terminal, '', `Logged in at ${url}; the key is in ${path}.`)
}

function isOpenLine(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)
}
