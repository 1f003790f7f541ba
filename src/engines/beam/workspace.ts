// The workspace of a token. Most paths of Beam's API contain it; a client with only a token has to ask for it once.
import { isRecord } from '@infinitetalk/contract/plain'
import { AppError, toAppError } from '../../domain/errors.ts'
import { ask, type CloudAddress, explainAnswer } from '../cloud/cloud-request.ts'

const TIMEOUT_MS = 30_000

export class Workspace {
  readonly #address: CloudAddress
  #id: string | null = null

  constructor(address: CloudAddress) {
    this.#address = address
  }

  /** The id as it stands in paths. @throws AppError `engine_unavailable` for a wrong token, `engine_unreachable` */
  async id(signal: AbortSignal): Promise<string> {
    this.#id ??= encodeURIComponent(await this.#ask(signal))
    return this.#id
  }

  /** Asks again: shows whether the gateway answers and the token is still valid. */
  async health(signal: AbortSignal, timeoutMs: number): Promise<string | null> {
    return this.#ask(signal, timeoutMs).then(
      () => null,
      (thrown: unknown) => toAppError(thrown).detail,
    )
  }

  async #ask(signal: AbortSignal, timeoutMs = TIMEOUT_MS): Promise<string> {
    const path = '/api/v1/workspace/current'
    const answer = await ask(this.#address, { path, signal, timeoutMs })
    const id = isRecord(answer.json) ? answer.json.external_id : null
    if (answer.status === 200 && typeof id === 'string' && id !== '') return id
    if (answer.status !== 200) throw explainAnswer(this.#address, answer, 'a workspace')
    const detail = `The server at ${this.#address.url} is not the gateway of Beam.`
    throw new AppError('engine_unreachable', detail)
  }
}
