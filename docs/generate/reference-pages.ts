// The pages of docs/reference/ by file name.
import { cliPage } from './cli-page.ts'
import { configPage } from './config-page.ts'
import { errorsPage } from './errors-page.ts'
import { requestPage } from './request-page.ts'

export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['cli.md', await cliPage()],
    ['config.md', configPage()],
    ['errors.md', errorsPage()],
    ['request.md', requestPage()],
  ])
}
