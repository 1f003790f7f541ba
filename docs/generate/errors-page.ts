// docs/reference/errors.md: every error code, what it means and what to do.
import { ERROR_CODES } from '@infinitetalk/contract'
import { ERRORS } from '../../src/domain/error-table.ts'
import { cell, pageHead } from './markdown.ts'

export function errorsPage(): string {
  const rows = ERROR_CODES.map((code) => {
    const { status, exit, title, retryable, hint } = ERRORS[code]
    const again = retryable ? 'yes' : 'no'
    return `| \`${code}\` | ${status} | ${exit} | ${again} | ${cell(title)} | ${cell(hint)} |`
  })
  const intro = [
    'Every failure has one of these codes, the same on the command line, in `--json` output and in the HTTP API.',
    'The detail beside the code says what happened this time; the hint says what to do.',
    '"Retry" says whether the same request may succeed later without a change.',
  ].join('\n')
  return [
    pageHead('Errors', intro),
    '| code | HTTP status | exit code | retry | meaning | what to do |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}
