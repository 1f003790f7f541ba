// The header fields that tell a key what it may still do (draft-ietf-httpapi-ratelimit-headers-11): the quotas in RateLimit-Policy,
// what is left of each in RateLimit.
import type { FastifyReply } from 'fastify'
import type { Allowance } from '../app/hub.ts'

export function setRateLimitFields(reply: FastifyReply, allowances: readonly Allowance[]): void {
  if (allowances.length === 0) return
  const policies = allowances.map(
    ({ policy, limit, windowS }) => `"${policy}";q=${limit};w=${windowS}`,
  )
  const left = allowances.map(
    ({ policy, remaining, resetS }) => `"${policy}";r=${remaining};t=${resetS}`,
  )
  reply.header('ratelimit-policy', policies.join(', ')).header('ratelimit', left.join(', '))
}
