// A small server of OpenAI's POST /v1/audio/speech, whose voice is espeak-ng; it checks and keeps what it was asked.
import { execFileSync } from 'node:child_process'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface SpeechTestServer {
  /** With `/v1`. */
  readonly url: string
  readonly requests: {
    readonly path: string
    readonly authorization: string | undefined
    readonly body: Record<string, unknown>
  }[]
  /** Answers in place of a sound. */
  answer: ((response: ServerResponse) => void) | null
}

export async function startSpeechServer(): Promise<SpeechTestServer> {
  const requests: SpeechTestServer['requests'] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    const body = text === '' ? {} : JSON.parse(text)
    const { authorization } = request.headers
    requests.push({ path: `${request.method} ${request.url}`, authorization, body })
    if (served.answer !== null) return served.answer(response)
    if (request.url !== '/v1/audio/speech') return response.writeHead(404).end()
    const sound = execFileSync('espeak-ng', ['--stdout', '--stdin'], { input: body.input })
    // The length is unknown when a server begins to answer, as with OpenAI.
    response.writeHead(200, { 'content-type': 'audio/wav' }).end(sound)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const served: SpeechTestServer = { url: `http://127.0.0.1:${port}/v1`, requests, answer: null }
  return served
}
