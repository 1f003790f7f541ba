// What a ComfyUI does beside its renders, for the log of who runs it.

export type EngineNews =
  /** It cannot be reached; a job waits for it. */
  | { readonly type: 'engine.waiting'; readonly detail: string; readonly waitMs: number }
  /** A process of our own begins. */
  | { readonly type: 'engine.starting' }
  /** It answers: after its start, or after it was waited for. */
  | { readonly type: 'engine.ready'; readonly afterMs: number }
