// The note that a job keeps of its render in a cloud, as the one text that its row has room for. The service makes the id of a
// task, so the moment before the id is known has a note of its own.

export type RenderNote =
  /** The request is about to be sent, or its answer was lost. `mark` names that moment; empty where a service has no marks. */
  | { readonly phase: 'sending'; readonly folder: string | null; readonly mark: string }
  | { readonly phase: 'task'; readonly folder: string | null; readonly id: string }

/** `folder` holds the inputs that were stored for the render. */
export function writeNote(note: RenderNote): string {
  const last = note.phase === 'task' ? note.id : note.mark
  return `${note.phase}:${note.folder ?? ''}:${last}`
}

/** null when the note is not one of ours. */
export function readNote(text: string): RenderNote | null {
  const [, phase, folderText = '', last = ''] = /^(sending|task):([^:]*):(.*)$/s.exec(text) ?? []
  const folder = folderText === '' ? null : folderText
  if (phase === 'sending') return { phase, folder, mark: last }
  return phase === 'task' && last !== '' ? { phase, folder, id: last } : null
}
