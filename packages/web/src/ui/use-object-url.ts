// An object URL for bytes that are here, revoked when they are no longer shown.
import { useEffect, useState } from 'preact/hooks'

export function useObjectUrl(blob: Blob | null): string | null {
  const [shown, setShown] = useState<{ readonly of: Blob; readonly url: string } | null>(null)
  useEffect(() => {
    if (blob === null) return
    const url = URL.createObjectURL(blob)
    setShown({ of: blob, url })
    return () => URL.revokeObjectURL(url)
  }, [blob])
  return shown !== null && shown.of === blob ? shown.url : null
}
