// How much the hub stores. Asked again whenever `of` changes, for example when a list has been read.
import type { StorageResource } from '@infinitetalk/contract'
import { useEffect, useState } from 'preact/hooks'
import { useHub } from './hub-context.ts'

/** null until it is known. */
export function useStorage(of: unknown): StorageResource | null {
  const { client } = useHub()
  const [storage, setStorage] = useState<StorageResource | null>(null)
  useEffect(() => {
    const stop = new AbortController()
    client.storage({ signal: stop.signal }).then(setStorage, () => {})
    return () => stop.abort()
  }, [client, of])
  return storage
}
