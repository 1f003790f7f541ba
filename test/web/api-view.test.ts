// The API on the page: found by its words, called with the form, and the answer shown as it came.
import { expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { useSharedHub } from './page-steps.ts'

describeInBrowser('the API on the page', () => {
  const openPage = useBrowser()
  const sharedHub = useSharedHub({ works: false })

  it('is tried with a form: an answer, a problem, and a call that is given up', async () => {
    const { page } = await openPage(sharedHub().url, { path: '/#/api' })
    const operation = (method: string, path: string) =>
      page
        .locator('details.operation')
        .filter({ has: page.getByText(path, { exact: true }) })
        .filter({ has: page.getByText(method, { exact: true }) })
    await page.getByLabel('Search operations').fill('/v1/engines')
    const engines = operation('GET', '/v1/engines')
    await engines.locator('summary').click()
    await engines.getByText('curl', { exact: true }).waitFor()
    await engines.getByRole('button', { name: 'Send GET' }).click()
    await engines.getByText('200 OK').waitFor()
    expect(await engines.getByRole('status').innerText()).toContain('"name": "preview"')

    await page.getByLabel('Search operations').fill('/v1/jobs/{job_id}')
    const job = operation('GET', '/v1/jobs/{job_id}')
    await job.locator('summary').click()
    await job.getByLabel('job_id', { exact: true }).fill('job_nothing')
    await job.getByRole('button', { name: 'Send GET' }).click()
    await job.getByText('404 Not Found').waitFor()
    expect(await job.getByRole('status').innerText()).toContain('job_not_found')

    await page.route('**/v1/jobs/job_later', () => {})
    await job.getByLabel('job_id', { exact: true }).fill('job_later')
    await job.getByRole('button', { name: 'Send GET' }).click()
    await job.getByRole('button', { name: 'Cancel' }).click()
    await job.getByText('You canceled the call.').waitFor()
    await page.getByLabel('Search operations').fill('no such words')
    await page.getByText('No operation matches.').waitFor()
  })
})
