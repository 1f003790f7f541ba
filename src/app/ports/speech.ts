// The speech port: makes the sound of a text, by a server or by a program of this machine.

export interface SpeechRequest {
  readonly text: string
  /** As the caller named it; null: the configured one. */
  readonly voice: string | null
  /** 1: of a script with two speakers, the second one. */
  readonly speakerIndex: 0 | 1
  readonly language: string | null
  /** The file to write; its kind is told from its content. */
  readonly toPath: string
  readonly maxBytes: number
  readonly signal: AbortSignal
}

export interface SpeechMaker {
  /** In words, e.g. `espeak-ng`, or the host of a server. */
  readonly name: string
  /** @throws AppError `speech_unavailable`, `speech_refused`, `speech_failed`, `disk_full`, `canceled` */
  speak(request: SpeechRequest): Promise<void>
}

/** Finds the configured server or program. @throws AppError `speech_unavailable`, `config_invalid` */
export type OpenSpeech = (signal: AbortSignal) => Promise<SpeechMaker>
