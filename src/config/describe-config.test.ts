import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../domain/limits.ts'
import { describeConfig } from './describe-config.ts'
import { type ConfigSources, loadConfig } from './load-config.ts'

const rowsOf = (sources: ConfigSources) => describeConfig(loadConfig(sources), sources)

describe('the description of the configuration', () => {
  it('covers every limit', () => {
    const rows = rowsOf({ env: {} })
    for (const [name, value] of Object.entries(DEFAULT_LIMITS)) {
      const environment = `INFINITETALK_LIMIT_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`
      expect(rows).toContainEqual({
        name: `limits.${name}`,
        environment,
        value: String(value),
        origin: 'default',
        help: expect.stringMatching(/^\S.{10,}\.$/),
      })
    }
  })

  it('has a variable of its own and a line of help for every setting', () => {
    const rows = rowsOf({ env: {} })
    const variables = rows.map(({ environment }) => environment)
    expect(new Set(variables).size).toBe(rows.length)
    for (const { environment, help } of rows) {
      expect(environment).toMatch(/^[A-Z][A-Z0-9_]+$/)
      expect(help).toMatch(/^[A-Z].*[^.]\.$/)
    }
  })

  it('sets what it says: each variable changes its own row and no other', () => {
    for (const { name, environment, value } of rowsOf({ env: {} })) {
      if (!/^[0-9]+$/.test(value)) continue
      const changed = rowsOf({ env: { [environment]: `${value}.0` } }).filter(
        ({ origin }) => origin === 'environment',
      )
      expect(changed).toEqual([expect.objectContaining({ name, environment, value })])
    }
  })

  it('says where each value comes from', () => {
    const rows = rowsOf({
      env: { INFINITETALK_PORT: '9000' },
      file: { port: 1, host: '0.0.0.0', limits: { imageMinSide: 32 } },
    })
    const origins = rows.filter(({ origin }) => origin !== 'default')
    expect(origins.map(({ name, value, origin }) => [name, value, origin])).toEqual([
      ['host', '0.0.0.0', 'file'],
      ['port', '9000', 'environment'],
      ['limits.imageMinSide', '32', 'file'],
    ])
  })

  it('14.17: masks the user name and the password in a URL', () => {
    const rows = rowsOf({ env: { COMFYUI_URL: 'https://me:hunter2@gpu.example:8188/api' } })
    expect(JSON.stringify(rows)).not.toContain('hunter2')
    expect(rows.find(({ name }) => name === 'comfyuiUrl')?.value).toMatch(/gpu\.example:8188\/api$/)
  })

  it('14.17: masks them in every URL of a list', () => {
    const rows = rowsOf({ env: { COMFYUI_URL: 'http://a:hunter2@one,http://b:hunter2@two' } })
    expect(JSON.stringify(rows)).not.toContain('hunter2')
  })

  it('masks every secret', () => {
    const env = {
      INFINITETALK_TOKEN: 'hunter2',
      DATABASE_URL: 'postgres://user:hunter2@db/hub',
      BEAM_TOKEN: 'hunter2',
      HF_TOKEN: 'hunter2',
    }
    const rows = rowsOf({ env })
    expect(JSON.stringify(rows)).not.toContain('hunter2')
    expect(
      rows.filter(({ value }) => value === '********').map(({ environment }) => environment),
    ).toEqual(expect.arrayContaining(Object.keys(env)))
  })
})
