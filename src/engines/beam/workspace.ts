// Which workspace a token is of: it is in the path of most of Beam's API, and who has only a token asks for it once.
import { isRecord } from '@infinitetalk/contract'
import { AppError, toAppError } from '../../domain/errors.ts'
import { ask, type CloudAddress, explainAnswer } from '../cloud/cloud-request.ts'

const TIMEOUT_MS = 30_000

export class Workspace {
  readonly #address: CloudAddress
  #id: string | null = null

  constructor(address: CloudAddress) {
    this.#address = address
  }

  /** As it stands in paths. @throws AppError `engine_unavailable` for a wrong token, `engine_unreachable` */
  async id(signal: AbortSignal): Promise<string> {
    this.#id ??= encodeURIComponent(await this.#ask(signal))
    return this.#id
  }

  /** Asks anew: whether the gateway answers, and the token is still good. */
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
    const detail = `What answers at ${this.#address.url} is not the gateway of Beam.`
    throw new AppError('engine_unreachable', detail)
  }
}
