// `infinitetalk estimate`: asks a hub what a job would cost, before any work is done.
import type { EstimateResource, InfiniteTalkClient } from '@infinitetalk/client'
import type { CommandDefinition, Invocation } from '../command.ts'
import { HUB_OPTIONS, withHub } from '../connect-hub.ts'
import { JOB_OPTIONS } from '../job-options.ts'
import { shownProgress } from '../job-reports.ts'
import { jobInput } from '../job-request.ts'
import { createProgressDisplay, formatSeconds } from '../progress-display.ts'
import { printJson, printLine, printWarning } from '../terminal.ts'

type Allowance = NonNullable<EstimateResource['allowances']>[number]

const OPTIONS = { ...HUB_OPTIONS, ...JOB_OPTIONS }

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Asks a hub what a job would cost: frames, windows, seconds of work and of waiting, money if the hub knows a price, ' +
    'and how to spend less. Files of this machine are sent, because the length of the voice decides; nothing is rendered.',
  options: OPTIONS,
  examples: ['infinitetalk estimate -i portrait.png -a speech.wav --resolution 720p'],
  run: (invocation) => withHub(invocation, (client) => runEstimate(invocation, client)),
}

async function runEstimate(
  invocation: Invocation<typeof OPTIONS>,
  client: InfiniteTalkClient,
): Promise<void> {
  const { terminal, services, signal } = invocation
  const input = await jobInput(invocation)
  const display = createProgressDisplay(terminal, () => services.nowMs())
  const request = await client
    .sendMedia(input, { signal, onProgress: (progress) => display.show(shownProgress(progress)) })
    .finally(() => display.close())
  const estimate = await client.estimate(request, { signal })
  for (const warning of estimate.warnings) printWarning(terminal, warning)
  printJson(terminal, { event: 'estimate', ...estimate })
  for (const line of describeEstimate(estimate)) printLine(terminal, line)
}

function describeEstimate(estimate: EstimateResource): readonly string[] {
  const { engine, width, height, frames, duration_s, windows, seconds, queue_s, cost, saves } =
    estimate
  // Earlier versions of the hub report none.
  const { allowances = [] } = estimate
  const size = width === null || height === null ? 'size not known' : `${width}x${height}`
  const length =
    frames === null || duration_s === null
      ? 'length not known'
      : `${frames} frames, ${duration_s.toFixed(2)} s`
  const inPieces = estimate.pieces === undefined ? '' : ` in ${estimate.pieces} pieces`
  const sampled = windows === null || windows === 0 ? '' : `, ${windows} windows${inPieces}`
  const work = seconds === null ? 'not measured yet' : `about ${formatSeconds(seconds)}`
  // Earlier versions of the hub report no cost.
  const price = cost == null ? '' : `, ${formatMoney(cost.amount, cost.currency)}`
  const queue = queue_s === null ? 'not known' : `about ${formatSeconds(queue_s)}`
  return [
    `Video    ${size}, ${length}${sampled}, engine ${engine}`,
    `Work     ${work}${price}`,
    `Waiting  ${queue}`,
    ...allowances.map(describeAllowance),
    ...saves,
  ]
}

function describeAllowance({ policy, limit, remaining, reset_s }: Allowance): string {
  const what = policy === 'requests' ? 'requests' : 's of video'
  return `Key      ${remaining} of ${limit} ${what} left for ${formatSeconds(reset_s)}`
}

/** `about 0.02 USD`; an amount below the smallest coin is not rounded to 0. */
function formatMoney(amount: number, currency: string): string {
  return amount > 0 && amount < 0.01
    ? `less than 0.01 ${currency}`
    : `about ${amount.toFixed(2)} ${currency}`
}
