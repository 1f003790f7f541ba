// One voice of the draft: the chosen file, the sound that the browser decoded, the part that is kept, and its upload. A file that
// was not cut is sent unchanged.

import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import type { HubConnection } from '../hub/hub-connection.ts'
import { say } from '../language/say.ts'
import { decodeSound, type Sound, type Trim, toWav } from '../sound/sound.ts'
import type { Medium } from './medium.ts'
import { type Upload, useUpload } from './use-upload.ts'

export interface Voice {
  readonly medium: Medium | null
  /** null while it is being decoded, or when the browser cannot decode it. */
  readonly sound: Sound | null
  readonly trim: Trim | null
  readonly upload: Upload
  /** null: its bytes are not here. */
  readonly sendAgain: (() => void) | null
  /** @param trim the part that is kept; all of it by default */
  choose(medium: Medium | null, trim?: Trim | null): void
  cut(trim: Trim | null): void
}

/** A handle that is still moving starts no upload. */
const SETTLE_MS = 400

export function useVoice(hub: HubConnection): Voice {
  const [medium, setMedium] = useState<Medium | null>(null)
  const [decoded, setDecoded] = useState<{
    readonly of: Medium
    readonly sound: Sound | null
  } | null>(null)
  const [trim, cut] = useState<Trim | null>(null)
  const [sent, setSent] = useState<{
    readonly trim: Trim | null
    readonly of: Medium
    readonly medium: Medium
  } | null>(null)
  const sound = decoded !== null && decoded.of === medium ? decoded.sound : null
  useEffect(() => {
    if (medium?.blob == null) return
    let current = true
    decodeSound(medium.blob).then(
      (heard) => {
        if (current) setDecoded({ of: medium, sound: heard })
      },
      () => {},
    )
    return () => {
      current = false
    }
  }, [medium])
  useEffect(() => {
    if (medium === null || trim === null || sound === null) return
    const timer = setTimeout(() => {
      const blob = toWav(sound, trim)
      const part = {
        name: say('{name} (cut).wav', { name: medium.name }),
        type: blob.type,
        blob,
        source: null,
        still: null,
      }
      setSent({ trim, of: medium, medium: part })
    }, SETTLE_MS)
    return () => clearTimeout(timer)
  }, [medium, sound, trim])
  const isSent = sent !== null && sent.trim === trim && sent.of === medium
  const toSend = trim === null ? medium : isSent ? sent.medium : null
  const [upload, sendAgain] = useUpload(hub, toSend)
  const choose = useCallback((chosen: Medium | null, part: Trim | null = null) => {
    setMedium(chosen)
    cut(part)
  }, [])
  return useMemo(
    () => ({
      medium,
      sound,
      trim,
      upload: medium !== null && toSend === null ? { status: 'sending' } : upload,
      sendAgain: toSend?.blob == null ? null : sendAgain,
      choose,
      cut,
    }),
    [medium, sound, trim, toSend, upload, sendAgain, choose],
  )
}
