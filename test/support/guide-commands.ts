// The commands of a page of the guide. Its fences say which of them need an account and which a suite runs (`sh run`).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './run-infinitetalk.ts'

/** @returns the scripts of one kind, in order */
export function guideCommands(page: string, kind: 'run' | 'account'): readonly string[] {
  const text = readFileSync(join(ROOT, 'docs/guide', page), 'utf8')
  return [...text.matchAll(/^```sh (\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, said]) => said === kind)
    .map(([, , script]) => script!)
}
