// Writes a person's request for a queue that renders, if no hub of ours is in between to plan it: in the flat members that every
// handler knows, and in the structured form only for what those cannot say. Pure.
import type { RemoteRequest, RemoteSource } from '../../app/ports/remote-queue.ts'
import type { CloudInput } from './cloud-service.ts'
import type { InputForm } from './describe-render.ts'

/** @param texts of the sources that are files, in the order of `filesOf()` */
export function describeRequest(
  { members, kind, visual, voices }: RemoteRequest,
  form: InputForm,
  texts: readonly string[],
): CloudInput {
  const rest = [...texts]
  const carry = (source: RemoteSource): Carried =>
    'url' in source ? { form: 'url', text: source.url } : { form, text: rest.shift() ?? '' }
  const seen = carry(visual)
  const heard = voices.map(({ source }) => carry(source))
  const head = {
    input_type: kind,
    person_count: voices.length > 1 ? 'multi' : 'single',
    ...flatNames(members),
  }
  if (voices.some(({ box }) => box !== null)) {
    const audio = heard.map(({ form, text }, index) => {
      const box = voices[index]?.box ?? null
      return { [form]: text, ...(box === null ? {} : { box }) }
    })
    return { ...head, [kind]: { [seen.form]: seen.text }, audio }
  }
  const [first, second] = heard
  return {
    ...head,
    [`${kind}_${seen.form}`]: seen.text,
    ...(first === undefined ? {} : { [`wav_${first.form}`]: first.text }),
    ...(second === undefined ? {} : { [`wav_${second.form}_2`]: second.text }),
  }
}

interface Carried {
  readonly form: InputForm
  readonly text: string
}

/** The paths of the files that have to be sent: the picture or the video first. */
export function filesOf({ visual, voices }: RemoteRequest): readonly string[] {
  const sources = [visual, ...voices.map(({ source }) => source)]
  return sources.flatMap((source) => ('path' in source ? [source.path] : []))
}

/** `max_frames` is our name; the first services of this kind use the other one. */
function flatNames({ max_frames: maxFrames, ...members }: RemoteRequest['members']): CloudInput {
  return maxFrames === undefined ? members : { ...members, max_frame: maxFrames }
}
