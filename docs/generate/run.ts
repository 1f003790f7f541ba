// Writes docs/reference/ from the code, so that the reference cannot say anything the program does not do.
// `npm run docs` writes; test/docs.test.ts fails when what is committed is out of date.
import { writeFileSync } from 'node:fs'
import { referencePages } from './reference-pages.ts'

for (const [path, text] of await referencePages()) {
  writeFileSync(new URL(`../reference/${path}`, import.meta.url), text)
  console.log(`docs/reference/${path}`)
}
