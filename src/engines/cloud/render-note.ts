// What a job remembers of its render in a cloud, as the one text that its row has for it. The services make the ids of
// their tasks themselves, so the moment before an id is known has a note of its own.

export type RenderNote =
  /** The request is about to be sent, or its answer was lost. `mark` is of that moment; empty where a service has none. */
  | { readonly phase: 'sending'; readonly folder: string | null; readonly mark: string }
  | { readonly phase: 'task'; readonly folder: string | null; readonly id: string }

/** `folder` has the inputs that were stored for the render. */
export function writeNote(note: RenderNote): string {
  const last = note.phase === 'task' ? note.id : note.mark
  return `${note.phase}:${note.folder ?? ''}:${last}`
}

/** null when it is not one of ours. */
export function readNote(text: string): RenderNote | null {
  const [, phase, folderText = '', last = ''] = /^(sending|task):([^:]*):(.*)$/s.exec(text) ?? []
  const folder = folderText === '' ? null : folderText
  if (phase === 'sending') return { phase, folder, mark: last }
  return phase === 'task' && last !== '' ? { phase, folder, id: last } : null
}
