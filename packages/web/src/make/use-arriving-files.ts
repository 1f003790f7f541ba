// Files that arrive at the page as a whole: pasted anywhere, or dropped beside their field. Without this the browser would open a
// dropped file in place of the page, and the draft would be lost.
import { useEffect } from 'preact/hooks'
import { kindOf, mediumOf } from './medium.ts'
import type { Draft } from './use-draft.ts'

/** @param takesVideo whether the engine accepts a video as its picture; if not, a video is used as a voice */
export function useArrivingFiles(draft: Draft, takesVideo: boolean): void {
  const { choosePicture, voices, pile, options } = draft
  // Only one voice can be one of many.
  const addVoices = options.speakers === 1 && options.script === null ? pile.add : null
  const chooseVoice = voices[0]?.choose
  useEffect(() => {
    const take = (files: Iterable<File>): void => {
      const sounds: File[] = []
      for (const file of files) {
        const kind = kindOf(file)
        if (kind === 'image' || (kind === 'video' && takesVideo)) choosePicture(mediumOf(file))
        else if (kind === 'audio' || kind === 'video') sounds.push(file)
      }
      const [first, ...others] = sounds.map(mediumOf)
      if (first !== undefined) chooseVoice?.(first)
      if (others.length > 0) addVoices?.(others)
    }
    const paste = (event: ClipboardEvent): void => {
      // A spreadsheet, for example, puts a picture beside the text that is to be pasted.
      if (isText(event)) return
      take(event.clipboardData?.files ?? [])
    }
    const hover = (event: DragEvent): void => event.preventDefault()
    const drop = (event: DragEvent): void => {
      // The field below the pointer has handled it already.
      if (!event.defaultPrevented) take(event.dataTransfer?.files ?? [])
      event.preventDefault()
    }
    window.addEventListener('paste', paste)
    window.addEventListener('dragover', hover)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('paste', paste)
      window.removeEventListener('dragover', hover)
      window.removeEventListener('drop', drop)
    }
  }, [choosePicture, chooseVoice, addVoices, takesVideo])
}

function isText({ target, clipboardData }: ClipboardEvent): boolean {
  const isField = target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement
  return isField && clipboardData?.types.includes('text/plain') === true
}
