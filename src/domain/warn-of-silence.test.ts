import { expect, it } from 'vitest'
import { warnOfSilence } from './warn-of-silence.ts'

const [speech, silence] = [{ hasSpeech: true }, { hasSpeech: false }]

it('14.19: a voice without speech gives a warning, which names it when there are two', () => {
  expect(warnOfSilence([speech])).toEqual([])
  expect(warnOfSilence([silence])).toEqual(['No speech was heard; the mouth stays shut.'])
  expect(warnOfSilence([speech, silence])).toEqual([
    'No speech was heard in audio 2; the mouth stays shut.',
  ])
})
