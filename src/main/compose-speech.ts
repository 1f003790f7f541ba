// The settings of speech, for the hub, the command line and the doctor.
import type { Config } from '../config/load-config.ts'
import type { SpeechOptions } from '../speech/open-speech.ts'

export function speechOptions(config: Config, searchPath: string): SpeechOptions {
  return {
    url: config.speechUrl ?? null,
    key: config.speechKey ?? null,
    model: config.speechModel,
    voices: [config.speechVoice ?? null, config.speechVoice2 ?? config.speechVoice ?? null],
    program: config.speechProgram ?? null,
    voicesDir: config.speechVoicesDir ?? null,
    searchPath,
    timeoutMs: config.limits.speechTimeoutMs,
  }
}
