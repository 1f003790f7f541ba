// Checks each workflow against the ComfyUI that would run it. Problems with the same fix share one row, so a missing node pack is
// reported once and not for each of its nodes.
import type { Finding } from '../domain/finding.ts'
import type { ComfyApi } from '../engines/comfyui/comfy-api.ts'
import { Preflight } from '../engines/comfyui/preflight.ts'
import type { AdviseModel } from '../workflow/check-input.ts'
import type { GraphProblem } from '../workflow/graph-problem.ts'
import type { Template } from '../workflow/template.ts'

const MAX_SENTENCES = 4

export async function examineWorkflows(
  api: ComfyApi,
  templates: readonly Template[],
  adviseModel: AdviseModel,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const preflight = new Preflight(adviseModel)
  const examined: Examined[] = []
  for (const template of templates) {
    const problems = await preflight.findProblems(api, template.graph, signal)
    examined.push({ template, problems })
  }
  return examined.flatMap((one) => {
    const subject = `Workflow ${one.template.name}`
    const other = insteadOf(one, examined)
    if (other === null)
      return describe(subject, Object.keys(one.template.graph).length, one.problems)
    const detail = `not needed here: ${other.name} renders ${peopleOf(other)}`
    return [{ subject, state: 'ok' as const, detail, advice: null }]
  })
}

interface Examined {
  readonly template: Template
  readonly problems: readonly GraphProblem[]
}

/** The node packs or ComfyUI's own nodes can render a speaker, or two in turns: one of the two is enough. */
function insteadOf({ template, problems }: Examined, all: readonly Examined[]): Template | null {
  if (!hasErrors(problems)) return null
  const other = all.find(
    (one) =>
      one.template.speakers === template.speakers &&
      one.template.rendersWindows !== template.rendersWindows &&
      !hasErrors(one.problems),
  )
  return other?.template ?? null
}

function peopleOf({ speakers, rendersWindows }: Template): string {
  if (speakers === 1) return 'one speaker'
  return rendersWindows ? 'two speakers who talk in turns' : 'two speakers'
}

function hasErrors(problems: readonly GraphProblem[]): boolean {
  return problems.some(({ severity }) => severity === 'error')
}

function describe(
  subject: string,
  nodes: number,
  problems: readonly GraphProblem[],
): readonly Finding[] {
  if (problems.length === 0) {
    return [{ subject, state: 'ok', detail: `${nodes} nodes, all present`, advice: null }]
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
