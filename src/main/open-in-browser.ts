// Opens an address in the default browser, by the program of the system that does so.
import { spawn } from 'node:child_process'

/** A program that has not failed by then has found a browser: some run as long as it does. */
const FAILS_WITHIN_MS = 3000

/** @returns false when there is no browser here, or no screen to show it on */
export async function openInBrowser(
  url: string,
  { env, platform }: Pick<NodeJS.Process, 'env' | 'platform'>,
): Promise<boolean> {
  const command = commandFor(url, platform)
  const hasScreen = ['DISPLAY', 'WAYLAND_DISPLAY', 'BROWSER', 'WSL_DISTRO_NAME'].some(
    (name) => (env[name] ?? '') !== '',
  )
  if (command.program === 'xdg-open' && !hasScreen) return false
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const child = spawn(command.program, command.args, { env, stdio: 'ignore', detached: true })
  child.once('error', () => resolve(false))
  child.once('exit', (code) => resolve(code === 0))
  const timer = setTimeout(() => resolve(true), FAILS_WITHIN_MS)
  const isOpen = await promise
  clearTimeout(timer)
  child.unref()
  return isOpen
}

/** No shell: an address may hold its special characters. */
function commandFor(url: string, platform: NodeJS.Platform) {
  if (platform === 'darwin') return { program: 'open', args: [url] }
  if (platform === 'win32')
    return { program: 'rundll32', args: ['url.dll,FileProtocolHandler', url] }
  return { program: 'xdg-open', args: [url] }
}
