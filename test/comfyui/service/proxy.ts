// comfy-api-proxy, the real one, in front of a stand-in of ComfyUI.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished } from 'vitest'
import { makersProgram } from '../../support/makers.ts'
import { freePort } from '../standin/free-port.ts'

export const TOKEN = 'a-token-of-the-proxy'

export interface ApiProxy {
  readonly url: string
}

export async function startApiProxy(comfyuiUrl: string): Promise<ApiProxy> {
  const port = await freePort()
  const words = ['--comfyui', comfyuiUrl, '--port', String(port), '--token', TOKEN]
  const child = spawn(makersProgram('comfy', 'comfy-api-proxy'), words, { stdio: 'ignore' })
  onTestFinished(async () => {
    if (child.exitCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  const url = `http://127.0.0.1:${port}`
  await expect.poll(() => isUp(url)).toBe(true)
  return { url }
}

function isUp(url: string): Promise<boolean> {
  return fetch(`${url}/api/v2/health`).then(
    ({ ok }) => ok,
    () => false,
  )
}
