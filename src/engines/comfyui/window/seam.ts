// Where two pieces of a video meet, which two chains render at the same time. A piece that has begun before the earlier one ends gives
// it a lead to be crossfaded with. One that has not begun yet, because no machine was free, goes on from the last frames of the earlier
// one, as any later window does: then nothing is seen of the seam.
import type { StoredWindow } from '../../../app/ports/window-memory.ts'
import { Bell } from '../../../async/bell.ts'

type State =
  | { readonly is: 'idle' }
  /** The first window of the later piece is being rendered, with a lead. */
  | { readonly is: 'begun' }
  /** That window is stored. */
  | { readonly is: 'led'; readonly leadPath: string }
  /** The last window of the earlier piece is being stored without a crossfade. */
  | { readonly is: 'closing' }
  /** It is stored: the later piece goes on from it. */
  | { readonly is: 'handed'; readonly before: StoredWindow | null }

/** A missed ring of the bell costs no more. */
const LOOK_EVERY_MS = 1000

export class Seam {
  #state: State
  readonly #changes = new Bell()

  /**
   * @param last the last window of the earlier piece as an earlier attempt stored it; null when it did not
   * @param first the first window of the later piece, as above
   */
  constructor(last: StoredWindow | null, first: StoredWindow | null) {
    if (first !== null && first.leadPath !== null) {
      this.#state = { is: 'led', leadPath: first.leadPath }
    } else if (first !== null || (last !== null && last.handoverPath !== null)) {
      this.#state = { is: 'handed', before: last }
    } else {
      this.#state = { is: 'idle' }
    }
  }

  /** Whether the first window of the later piece has a lead, if it has been sent. */
  get hasLead(): boolean {
    return this.#state.is !== 'handed' && this.#state.is !== 'closing'
  }

  /**
   * The later piece begins. Call `leave()` when its first window is not stored.
   *
   * @returns the window that it goes on from; null: it begins with a lead
   * @throws the reason of the signal
   */
  async begin(signal: AbortSignal): Promise<StoredWindow | null> {
    const { is } = await this.#until(({ is: now }) => now !== 'closing', signal)
    if (is === 'idle') this.#change({ is: 'begun' })
    return this.#state.is === 'handed' ? this.#state.before : null
  }

  /** Its first window is stored. */
  led(leadPath: string): void {
    this.#change({ is: 'led', leadPath })
  }

  /** Nothing is rendered of the later piece now. */
  leave(): void {
    if (this.#state.is === 'begun') this.#change({ is: 'idle' })
  }

  /**
   * The earlier piece ends: waits for the lead while it is being rendered. Call `handed()` after null.
   *
   * @returns its path; null: there will be none
   * @throws the reason of the signal
   */
  async lead(signal: AbortSignal): Promise<string | null> {
    const state = await this.#until(({ is }) => is !== 'begun', signal)
    if (state.is === 'led') return state.leadPath
    if (state.is === 'idle') this.#change({ is: 'closing' })
    return null
  }

  /** @param before the last window of the earlier piece; null when it could not be stored */
  handed(before: StoredWindow | null): void {
    if (this.#state.is === 'closing') {
      this.#change(before === null ? { is: 'idle' } : { is: 'handed', before })
    }
  }

  #change(state: State): void {
    this.#state = state
    this.#changes.ring()
  }

  async #until(isReached: (state: State) => boolean, signal: AbortSignal): Promise<State> {
    while (!isReached(this.#state)) await this.#changes.wait(LOOK_EVERY_MS, signal)
    return this.#state
  }
}
