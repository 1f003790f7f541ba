// The texts of the page: values, plural forms, numbers, and the choice of a language.
import { afterEach, describe, expect, it } from 'vitest'
import { GERMAN } from './german.ts'
import { localeOf, preferredLanguage } from './language.ts'
import { say, sayAround, sayCount, sayNumber, setCatalogue } from './say.ts'

afterEach(() => setCatalogue(null, 'en'))

describe('a text of the page', () => {
  it('is the English one until there is a catalogue', () => {
    expect(say('Create video')).toBe('Create video')
    setCatalogue(GERMAN, 'de')
    expect(say('Create video')).toBe('Video erstellen')
  })

  it('gets its values, also where they look like names of others', () => {
    expect(say('{part} of {whole}', { part: '{whole}', whole: 2 })).toBe('{whole} of 2')
    setCatalogue(GERMAN, 'de')
    expect(say('Send {method}', { method: 'POST' })).toBe('POST senden')
  })

  it('has the form of its count', () => {
    const takes = (count: number): string => sayCount(count, '{n} take', '{n} takes')
    expect([0, 1, 2].map(takes)).toEqual(['0 takes', '1 take', '2 takes'])
    setCatalogue(GERMAN, 'de-AT')
    expect([0, 1, 2].map(takes)).toEqual(['0 Takes', '1 Take', '2 Takes'])
    expect(sayCount(1, '{n} other draft', '{n} other drafts')).toBe('1 weiterer Entwurf')
  })

  it('goes around parts that are no text', () => {
    setCatalogue(GERMAN, 'de')
    expect(sayAround('Deleted: {title}', { title: 7 })).toEqual(['Gelöscht: ', 7, ''])
  })

  it('has the decimal mark of its language', () => {
    expect(sayNumber(1234.5, 1)).toBe('1234.5')
    setCatalogue(GERMAN, 'de')
    expect(sayNumber(1234.5, 1)).toBe('1234,5')
  })
})

describe('the language of the page', () => {
  it.each([
    [null, ['de-AT', 'en'], 'de'],
    [null, ['fr', 'en-GB', 'de'], 'en'],
    [null, ['fr'], 'en'],
    ['en', ['de'], 'en'],
    ['xx', ['de'], 'de'],
  ] as const)(
    'after the choice %s and with the browser of %s is %s',
    (chosen, browser, language) => {
      expect(preferredLanguage(chosen, browser)).toBe(language)
    },
  )

  it('writes dates as the browser of its reader does', () => {
    expect(localeOf('en', ['de', 'en-GB'])).toBe('en-GB')
    expect(localeOf('de', ['en-GB'])).toBe('de')
  })
})
