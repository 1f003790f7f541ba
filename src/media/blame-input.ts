// Turns the failure of a program on a file from outside into an error of the input: the program's complaint becomes the reason
// why the input is rejected.
import type { ErrorCode } from '@infinitetalk/contract'
import { AppError } from '../domain/errors.ts'

/** Runs a step on an input; `tool_failed` becomes `code`, every other error stays. */
export async function blameInput<T>(
  name: string,
  code: ErrorCode,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run()
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'tool_failed') throw thrown
    const complaint = String(thrown.meta.stderr ?? '')
    throw undecodable(name, code, complaint === '' ? thrown.detail : complaint, thrown)
  }
}

/** @param complaint the program's output, any number of lines */
export function undecodable(
  name: string,
  code: ErrorCode,
  complaint: string,
  cause?: AppError,
): AppError {
  // The first complaint is the reason, later ones are consequences: `[mov,mp4 @ 0x5580] moov atom not found`.
  const reason = (complaint.split('\n', 1)[0] ?? '').replace(/^\[[^\]]*\] /, '').replace(/\.$/, '')
  return new AppError(code, `${name} cannot be decoded: ${reason}.`, { cause })
}
