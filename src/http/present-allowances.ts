// The rest of the limits of a key, as the API shows it.
import type { AllowanceResource } from '@infinitetalk/contract'
import type { Exchange } from './exchange.ts'

export function presentAllowances({ request }: Pick<Exchange, 'request'>): AllowanceResource[] {
  return (request.allowances ?? []).map(({ policy, limit, windowS, remaining, resetS }) => ({
    policy,
    limit,
    window_s: windowS,
    remaining,
    reset_s: resetS,
  }))
}
