// What every client of somebody else's HTTP interface needs of fetch(): an answer that cannot fill the memory, and the reason when
// there is none.
import { AppError } from '../domain/errors.ts'

/** @param title who answers, for the sentence @throws AppError `engine_failed` when it says more than `maxBytes` */
export async function readBoundedText(
  response: Response,
  maxBytes: number,
  title: string,
): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) {
      throw new AppError('engine_failed', `The answer of ${title} has more than ${maxBytes} bytes.`)
    }
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

/** fetch() says "fetch failed" of everything; what failed is in its cause. @returns its code or its words */
export function causeOf(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown
  if (!(cause instanceof Error)) return String(cause)
  const { code } = cause as NodeJS.ErrnoException
  return code ?? cause.message
}
