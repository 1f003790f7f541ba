// Log lines that RunPod attributes to a job: JSON with its id as `requestId` on standard output. Never a header, never an input.

export interface JobLog {
  /** @param jobId null for a line about the worker itself */
  say(jobId: string | null, message: string): void
}

export function createJobLog(stream: { write(text: string): unknown }): JobLog {
  return {
    say(jobId, message) {
      stream.write(`${JSON.stringify({ requestId: jobId, message, level: 'INFO' })}\n`)
    },
  }
}
