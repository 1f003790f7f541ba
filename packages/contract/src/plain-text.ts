// Text without NUL and lone surrogates, which files, command lines and databases do not accept.
import { z } from 'zod'

export function plainText(maxChars: number): z.ZodString {
  return z
    .string()
    .max(maxChars)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), {
      error: 'must not contain NUL or broken Unicode characters',
    })
}
