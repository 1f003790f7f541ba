// A golden file: what is sent, as it was last looked at by a person. `UPDATE_GOLDEN=1 npx vitest run test/deployment` writes them
// anew (and `npm run format` lays them out); the difference is then for the eyes.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'

export function expectGolden(name: string, value: unknown): void {
  const path = join(import.meta.dirname, 'golden', `${name}.json`)
  const text = JSON.stringify(value, null, 2)
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, `${text}\n`)
  const golden: unknown = JSON.parse(readFileSync(path, 'utf8'))
  expect(JSON.parse(text), `${path} (UPDATE_GOLDEN=1 writes it anew)`).toEqual(golden)
}
