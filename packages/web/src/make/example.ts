// The example of this program as a draft: a portrait and a few seconds of speech, fetched from the hub when they are asked for.

import portrait from '../../../../examples/portrait.png?url'
import speech from '../../../../examples/speech.wav?url'
import { say, type Words } from '../language/say.ts'
import { type Medium, mediumOf } from './medium.ts'

interface Example {
  readonly picture: Medium
  readonly voice: Medium
}

/** @throws TypeError when the hub does not answer */
export async function readExample(): Promise<Example> {
  const [picture, voice] = await Promise.all([
    read(portrait, say('Example portrait.png'), 'image/png'),
    read(speech, say('Example speech.wav'), 'audio/wav'),
  ])
  return { picture, voice }
}

async function read(url: string, name: string, type: string): Promise<Medium> {
  const response = await fetch(url)
  if (!response.ok) throw new TypeError(`The example was answered with ${response.status}.`)
  return mediumOf(new File([await response.blob()], name, { type }))
}

/** For engines that obey a prompt; each can be changed after it was chosen. Models know English best. */
export const PROMPT_IDEAS: readonly (readonly [name: Words, prompt: string])[] = [
  ['Presenter', 'A presenter talks to the camera, calm, with small nods'],
  ['Warm smile', 'A person talks warmly, smiles between sentences and blinks naturally'],
  ['Lively', 'A person talks with enthusiasm, raised eyebrows and lively head movement'],
  ['Serious', 'A person speaks seriously and slowly, the camera is still'],
]
