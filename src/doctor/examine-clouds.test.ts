// The doctor tells whether a service on the internet lets this hub in, and never shows the token.
import { describe, expect, it } from 'vitest'
import { openBeam } from '../../test/beam/cloud-render.ts'
import { loadConfig } from '../config/load-config.ts'
import { composeExamination } from '../main/compose-doctor.ts'
import { examineClouds } from './examine-clouds.ts'

const { signal } = new AbortController()
const examine = (env: Readonly<Record<string, string | undefined>>) =>
  examineClouds(composeExamination({ config: loadConfig({ env }), env: {}, signal }))

describe('the doctor on services on the internet', () => {
  it('says nothing where none is configured', async () => {
    expect(await examine({})).toEqual([])
  })

  it('says what answers, what does not let it in, and what is half configured', async () => {
    const { env } = await openBeam()
    expect(await examine(env)).toMatchObject([{ subject: 'Beam', state: 'ok' }])
    const [refused] = await examine({ ...env, BEAM_TOKEN: 'another-token' })
    expect(refused).toMatchObject({ state: 'missing', detail: expect.stringContaining('HTTP 401') })
    expect(JSON.stringify(refused)).not.toContain('another-token')
    const [half] = await examine({ ...env, BEAM_TOKEN: '' })
    expect(half?.detail).toContain('BEAM_QUEUE needs BEAM_TOKEN')
  })
})
