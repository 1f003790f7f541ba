// The image's health check: is the hub's process alive? It asks /livez, not /readyz, because an orchestrator may replace an
// unhealthy container, which would end running work and help neither a full disk nor an absent database. Load balancers ask /readyz.
const port = process.env.INFINITETALK_PORT || 8787

try {
  const answer = await fetch(`http://127.0.0.1:${port}/livez`, {
    signal: AbortSignal.timeout(4000),
  })
  process.exitCode = answer.ok ? 0 : 1
} catch {
  process.exitCode = 1
}
