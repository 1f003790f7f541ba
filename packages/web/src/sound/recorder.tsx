// Records a voice: a level meter while it runs, then the sound goes where a chosen file would go.
import { useEffect, useRef, useState } from 'preact/hooks'
import { failure } from '../hub/failure.ts'
import { MicrophoneIcon, StopIcon } from '../ui/icons.tsx'
import { Notice } from '../ui/notice.tsx'
import { canRecord, type Recording, sayRecordingProblem, startRecording } from './recording.ts'

interface RecorderProps {
  /** There is a voice already: this one takes its place. */
  readonly again: boolean
  readonly onRecorded: (sound: File) => void
}

export function Recorder({ again, onRecorded }: RecorderProps) {
  const [recording, setRecording] = useState<Recording | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  // A person who leaves leaves no open microphone behind.
  const open = useRef<Recording | null>(null)
  useEffect(() => () => open.current?.discard(), [])
  if (!canRecord()) return null
  const start = async (): Promise<void> => {
    setProblem(null)
    try {
      open.current = await startRecording()
      setRecording(open.current)
    } catch (error) {
      setProblem(sayRecordingProblem(error))
    }
  }
  const stop = async (): Promise<void> => {
    if (recording === null) return
    open.current = null
    setRecording(null)
    const sound = await recording.stop()
    const ending = sound.type.split('/')[1] ?? 'webm'
    onRecorded(new File([sound], `Recording.${ending}`, { type: sound.type }))
  }
  return (
    <div class="recorder">
      {recording === null ? (
        <button type="button" onClick={() => void start()}>
          <MicrophoneIcon />
          {again ? 'Record again' : 'Record a voice'}
        </button>
      ) : (
        <>
          <button type="button" class="danger" onClick={() => void stop()}>
            <StopIcon />
            Stop recording
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
      <meter min={0} max={1} value={level} aria-label="Level of the microphone" />
      <span class="mono">{seconds.toFixed(1)} s</span>
    </>
  )
}
