// Files that come to the page as a whole: pasted anywhere, or dropped beside the field they were meant for. Without this a drop
// that missed would have the browser open the file in place of the page, and the draft would be gone.
import { useEffect } from 'preact/hooks'
import { kindOf, mediumOf } from './medium.ts'
import type { Draft } from './use-draft.ts'

/** @param takesVideo whether the engine renders from a video; for others it is a voice: the sound of it */
export function useArrivingFiles({ choosePicture, voices }: Draft, takesVideo: boolean): void {
  const chooseVoice = voices[0]?.choose
  useEffect(() => {
    const take = (files: Iterable<File>): void => {
      for (const file of files) {
        const kind = kindOf(file)
        if (kind === 'image' || (kind === 'video' && takesVideo)) choosePicture(mediumOf(file))
        else if (kind === 'audio' || kind === 'video') chooseVoice?.(mediumOf(file))
      }
    }
    const paste = (event: ClipboardEvent): void => {
      // A spreadsheet, for one, brings a picture of the text that is to be pasted.
      if (isText(event)) return
      take(event.clipboardData?.files ?? [])
    }
    const hover = (event: DragEvent): void => event.preventDefault()
    const drop = (event: DragEvent): void => {
      // A field that it fell on has taken it already.
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
  }, [choosePicture, chooseVoice, takesVideo])
}

function isText({ target, clipboardData }: ClipboardEvent): boolean {
  const isField = target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement
  return isField && clipboardData?.types.includes('text/plain') === true
}
