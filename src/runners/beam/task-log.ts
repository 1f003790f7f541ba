// Lines that Beam attributes to a task: JSON with `message` and `task_id` on standard output. Never a header, never an input.

export interface TaskLog {
  /** @param taskId null for what is about the container */
  say(taskId: string | null, message: string): void
}

export function createTaskLog(stream: { write(text: string): unknown }): TaskLog {
  return {
    say(taskId, message) {
      const line = taskId === null ? { message } : { message, task_id: taskId }
      stream.write(`${JSON.stringify({ ...line, message: `${message}\n` })}\n`)
    },
  }
}
