// Records a voice and shows a level meter meanwhile. The recording is then used like a chosen file.

import { useEffect, useRef, useState } from 'preact/hooks'
import { failure } from '../hub/failure.ts'
import { say, sayNumber } from '../language/say.ts'
import { MicrophoneIcon, StopIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { canRecord, type Recording, sayRecordingProblem, startRecording } from './recording.ts'

interface RecorderProps {
  /** There is a voice already; the recording replaces it. */
  readonly again: boolean
  readonly onRecorded: (sound: File) => void
}

export function Recorder({ again, onRecorded }: RecorderProps) {
  const [recording, setRecording] = useState<Recording | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  // Leaving the view must not leave the microphone open.
  const open = useRef<Recording | 'asked' | 'left' | null>(null)
  useEffect(
    () => () => {
      if (open.current !== null && typeof open.current !== 'string') open.current.discard()
      open.current = 'left'
    },
    [],
  )
  if (!canRecord()) return null
  const start = async (): Promise<void> => {
    // A second click while the browser asks for permission would open a second microphone.
    if (open.current !== null) return
    open.current = 'asked'
    setProblem(null)
    try {
      const begun = await startRecording()
      if (hasLeft()) return begun.discard()
      open.current = begun
      setRecording(begun)
      begun.onEnd(() => void stop(begun))
    } catch (error) {
      if (hasLeft()) return
      open.current = null
      setProblem(sayRecordingProblem(error))
    }
  }
  const hasLeft = (): boolean => open.current === 'left'
  const stop = async (begun: Recording): Promise<void> => {
    if (open.current !== begun) return
    open.current = null
    setRecording(null)
    const sound = await begun.stop()
    const ending = sound.type.split('/')[1] ?? 'webm'
    onRecorded(new File([sound], `${say('Recording')}.${ending}`, { type: sound.type }))
  }
  return (
    <div class="recorder">
      {recording === null ? (
        <button type="button" onClick={() => void start()}>
          <MicrophoneIcon />
          {again ? say('Record again') : say('Record a voice')}
        </button>
      ) : (
        <>
          <button type="button" class="danger" onClick={() => void stop(recording)}>
            <StopIcon />
            {say('Stop recording')}
          </button>
          <LevelMeter recording={recording} />
        </>
      )}
      {problem !== null && <Notice failure={failure(problem, null)} />}
    </div>
  )
}

function LevelMeter({ recording }: { readonly recording: Recording }) {
  const [level, setLevel] = useState(0)
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const startedMs = performance.now()
    let frame = 0
    const look = (): void => {
      setLevel(recording.level())
      setSeconds((performance.now() - startedMs) / 1000)
      frame = requestAnimationFrame(look)
    }
    look()
    return () => cancelAnimationFrame(frame)
  }, [recording])
  return (
    <>
      <meter min={0} max={1} value={level} aria-label={say('Microphone level')} />
      <span class="mono">{sayNumber(seconds, 1)} s</span>
    </>
  )
}
