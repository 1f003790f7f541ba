// Events of a ComfyUI beside its renders, for the operator's log.

export type EngineNews =
  /** It cannot be reached; a job waits for it. */
  | { readonly type: 'engine.waiting'; readonly detail: string; readonly waitMs: number }
  /** A process of our own begins. */
  | { readonly type: 'engine.starting' }
  /** It answers: after its start, or after it was waited for. */
  | { readonly type: 'engine.ready'; readonly afterMs: number }
