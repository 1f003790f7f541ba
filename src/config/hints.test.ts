// The hints of the error table and the settings: a hint that sends a person to the configuration says where in it.
import { describe, expect, it } from 'vitest'
import { ERRORS } from '../domain/error-table.ts'
import { listSettings } from './settings.ts'

const SETTINGS = listSettings().map(({ environment }) => environment)
const HINTS = Object.entries(ERRORS).map(([code, { hint }]) => ({ code, hint }))

/** `INFINITETALK_PORT`, or several at once: `INFINITETALK_LIMIT_*_MAX_BYTES`. */
const SETTING_NAME = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+|_\*)+/g

function settingsNamed(hint: string): readonly string[] {
  return hint.match(SETTING_NAME) ?? []
}

function exists(name: string): boolean {
  const pattern = new RegExp(`^${name.replaceAll('*', '[A-Z0-9_]+')}$`)
  return SETTINGS.some((setting) => pattern.test(setting))
}

describe('a hint', () => {
  it.each(HINTS)('14.25: names only settings that exist: $code', ({ hint }) => {
    expect(settingsNamed(hint).filter((name) => !exists(name))).toEqual([])
  })

  it('14.25: that speaks of the configuration, a limit or what is allowed names the setting', () => {
    const speaking = HINTS.filter(({ hint }) => /configur|\blimit|\ballowed\b/i.test(hint))
    expect(speaking.length).toBeGreaterThan(0)
    expect(speaking.filter(({ hint }) => settingsNamed(hint).length === 0)).toEqual([])
  })

  it.each([
    ['path_forbidden', 'INFINITETALK_ALLOWED_PATH_ROOTS'],
    ['url_forbidden_port', 'INFINITETALK_FETCH_EXTRA_PORTS'],
    ['url_forbidden_address', 'INFINITETALK_FETCH_ALLOW_CIDRS'],
    ['host_forbidden', 'INFINITETALK_PUBLIC_URL'],
    ['origin_forbidden', 'INFINITETALK_ALLOWED_ORIGINS'],
    ['audio_too_long', 'INFINITETALK_LIMIT_AUDIO_MAX_SECONDS'],
    ['job_timeout', 'INFINITETALK_LIMIT_JOB_TIMEOUT_MS'],
    ['input_too_large', 'INFINITETALK_LIMIT_*_MAX_BYTES'],
  ] as const)('14.25: of %s names %s', (code, setting) => {
    expect(settingsNamed(ERRORS[code].hint)).toContain(setting)
  })
})
