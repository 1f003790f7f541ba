import { describe, expect, it } from 'vitest'
import { formToRequest } from './form-request.ts'

const file = (name: string, id: string) => ({ name, file: { id } })
const image = file('image', 'picture')

describe('a form with two voices', () => {
  it('14.23: has the second one in the part audio_2, wherever that part stands', () => {
    const first = file('audio', 'first')
    const second = file('audio_2', 'second')
    const request = {
      image: { file_id: 'picture' },
      audio: [{ file_id: 'first' }, { file_id: 'second' }],
    }
    expect(formToRequest([image, first, second])).toEqual(request)
    expect(formToRequest([second, first, image])).toEqual(request)
  })

  it('14.23: may name either voice by JSON instead of a file', () => {
    const first = { name: 'request', text: '{"audio":{"url":"https://a.example/a.wav"}}' }
    expect(formToRequest([image, first, file('audio_2', 'second')])).toMatchObject({
      audio: [{ url: 'https://a.example/a.wav' }, { file_id: 'second' }],
    })
  })

  it('still has it in a second part named audio', () => {
    const parts = [image, file('audio', 'first'), file('audio', 'second')]
    expect(formToRequest(parts)).toMatchObject({
      audio: [{ file_id: 'first' }, { file_id: 'second' }],
    })
  })

  it('14.23: is refused without its first voice, and with a third', () => {
    const second = file('audio_2', 'second')
    const refusal = (parts: Parameters<typeof formToRequest>[0]) => {
      try {
        return formToRequest(parts)
      } catch (error) {
        return error
      }
    }
    expect(refusal([image, second])).toMatchObject({ code: 'input_missing' })
    const three = [image, file('audio', 'first'), file('audio', 'other'), second]
    expect(refusal(three)).toMatchObject({ code: 'input_ambiguous' })
    expect(refusal([image, file('audio', 'a'), second, second])).toMatchObject({
      code: 'input_ambiguous',
    })
  })
})
