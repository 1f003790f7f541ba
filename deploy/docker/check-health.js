// The image's health check: is the hub's process alive? Asked is /livez and not /readyz, because who sees "unhealthy" may replace
// the container, which would end running work and help neither a full disk nor a database that is away. Load balancers ask /readyz.
const port = process.env.INFINITETALK_PORT || 8787

try {
  const answer = await fetch(`http://127.0.0.1:${port}/livez`, {
    signal: AbortSignal.timeout(4000),
  })
  process.exitCode = answer.ok ? 0 : 1
} catch {
  process.exitCode = 1
}
