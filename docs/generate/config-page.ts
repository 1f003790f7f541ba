// docs/reference/config.md: every setting, its environment variable and its default.
import { describeConfig } from '../../src/config/describe-config.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { cell, pageHead } from './markdown.ts'

export function configPage(): string {
  const settings = describeConfig(loadConfig({ env: {} }), { env: {} })
  const rows = settings.map(
    ({ name, environment, value, help }) =>
      `| \`${environment}\` | \`${name}\` | ${value === '' ? '' : `\`${cell(value)}\``} | ${cell(help)} |`,
  )
  const intro = [
    'Settings come from the environment, then from `infinitetalk.config.json` in the working folder (or the file that',
    '`INFINITETALK_CONFIG` names), then from the default. An unknown `INFINITETALK_` variable is an error that says what was',
    'probably meant. `infinitetalk config` shows what is in force.',
  ].join('\n')
  return [
    pageHead('Configuration', intro),
    '| environment | in the file | default | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}
