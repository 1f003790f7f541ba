// Each workflow against the ComfyUI that would run it, as rows of the doctor: what is the same trouble with the same fix is
// one row, so that a missing node pack is said once and not for each of its nodes.
import type { Finding } from '../domain/finding.ts'
import type { ComfyApi } from '../engines/comfyui/comfy-api.ts'
import { Preflight } from '../engines/comfyui/preflight.ts'
import type { GraphProblem } from '../workflow/graph-problem.ts'
import type { Template } from '../workflow/template.ts'

const MAX_SENTENCES = 4

export async function examineWorkflows(
  api: ComfyApi,
  templates: readonly Template[],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const preflight = new Preflight()
  const findings: Finding[] = []
  for (const { name, graph } of templates) {
    const problems = await preflight.findProblems(api, graph, signal)
    findings.push(...describe(`Workflow ${name}`, Object.keys(graph).length, problems))
  }
  return findings
}

function describe(
  subject: string,
  nodes: number,
  problems: readonly GraphProblem[],
): readonly Finding[] {
  if (problems.length === 0) {
    return [{ subject, state: 'ok', detail: `${nodes} nodes, all there`, advice: null }]
  }
  const byFix = Map.groupBy(problems, ({ severity, advice }) => `${severity} ${advice}`)
  return [...byFix.values()].map((group) => ({
    subject,
    state: group[0]?.severity === 'error' ? 'missing' : 'warning',
    detail: sentencesOf(group),
    advice: group[0]?.advice ?? null,
  }))
}

function sentencesOf(problems: readonly GraphProblem[]): string {
  const told = problems.slice(0, MAX_SENTENCES).map(({ sentence }) => sentence)
  const left = problems.length - told.length
  return [...told, ...(left > 0 ? [`And ${left} more like these.`] : [])].join(' ')
}
