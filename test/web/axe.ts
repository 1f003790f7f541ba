// The problems that axe (https://github.com/dequelabs/axe-core) finds in a page as it is shown now.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface AxeResults {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string | null
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
  }[]
}

/**
 * Serious and critical problems.
 * @param options of axe.run, as an expression; empty: all rules
 */
export async function seriousProblems(page: Page, options = ''): Promise<readonly string[]> {
  // Run by the debugger, which the page's own policy does not bind.
  await page.evaluate(await readFile(AXE, 'utf8'))
  const { violations } = (await page.evaluate(`axe.run(${options})`)) as AxeResults
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => {
      const places = nodes.map(
        ({ html, failureSummary }) => `${html.slice(0, 90)} ${failureSummary}`,
      )
      return `${id}: ${places.join(' | ')}`
    })
}
