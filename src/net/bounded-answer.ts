// Helps clients of foreign HTTP interfaces: reads an answer of bounded size, and finds the reason of a failed
// request.
import { AppError } from '../domain/errors.ts'

/** An answer whose body is still to come: a Response of fetch(), or what undici's own interface gives. */
export interface StreamedAnswer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: (AsyncIterable<Uint8Array> & { cancel(): Promise<void> }) | null
}

/** @param title names the server in the error @throws AppError `engine_failed` when the answer exceeds `maxBytes` */
export async function readBoundedText(
  response: StreamedAnswer,
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

/** fetch() reports every failure as "fetch failed"; its cause has the reason. @returns the code or the message of that cause */
export function causeOf(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown
  if (!(cause instanceof Error)) return String(cause)
  const { code } = cause as NodeJS.ErrnoException
  return code ?? cause.message
}
