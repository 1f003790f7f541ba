// Imported by a program under test (`node --import`): writes the address of each module that the program loads to the file that
// INFINITETALK_TEST_MODULES names, one a line, when the program ends.
import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const loaded = new Set<string>()
registerHooks({
  load(url, context, next) {
    if (!url.startsWith('node:')) loaded.add(url)
    return next(url, context)
  },
})
process.once('exit', () => {
  const path = process.env.INFINITETALK_TEST_MODULES
  if (path !== undefined) writeFileSync(path, [...loaded].join('\n'))
})
