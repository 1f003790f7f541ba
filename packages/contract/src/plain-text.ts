// Text that survives every later stop (UTF-8 files, command lines, databases): no NUL and no lone surrogates.
import { z } from 'zod'

export function plainText(maxChars: number): z.ZodString {
  return z
    .string()
    .max(maxChars)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), {
      error: 'must not contain NUL or broken Unicode characters',
    })
}
