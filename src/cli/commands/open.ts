// `infinitetalk open`: shows a job in the browser.
import type { JobResource } from '@infinitetalk/client'
import { AppError } from '../../domain/errors.ts'
import type { CommandDefinition, OptionDefinitions } from '../command.ts'
import { HUB_OPTIONS, withHub } from '../connect-hub.ts'
import { printJson, printLine, printWarning } from '../terminal.ts'

const OPTIONS = {
  ...HUB_OPTIONS,
  video: { help: 'The finished video instead of the page of the job.' },
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Opens the page of a job in the default browser, or its video, and prints the address. Without a browser or a screen it only ' +
    'prints the address. With keys, the page asks for one.',
  argument: 'ID',
  options: OPTIONS,
  examples: ['infinitetalk open job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'],
  run: (invocation) =>
    withHub(invocation, async (client) => {
      const { argument, options, services, terminal, signal } = invocation
      const job = await client.jobs.get(argument, { signal })
      const url = options.video ? videoOf(job) : pageOf(job)
      const opened = await services.openInBrowser(url)
      printJson(terminal, { event: 'open', url, opened })
      printLine(terminal, url)
      if (!opened) printWarning(terminal, 'There is no browser here: open the address elsewhere.')
    }),
}

function videoOf({ id, status, output }: JobResource): string {
  if (output !== null) return web(output.video.url)
  throw new AppError('video_not_ready', `${id} is ${status}: it has no video.`)
}

/** The hub says under which address it is known. */
function pageOf({ id, urls }: JobResource): string {
  return web(new URL(`../../#/takes/${id}`, urls.self).href)
}

/** A hub that lies must not have a program of this machine started. */
function web(url: string): string {
  if (/^https?:\/\//i.test(url)) return url
  throw new AppError(
    'server_unreachable',
    `The hub gave an address that is none: ${url.slice(0, 80)}`,
  )
}
