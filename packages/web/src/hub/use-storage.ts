// How much the hub stores.
import type { StorageResource } from '@infinitetalk/contract'
import { useHub } from './hub-context.ts'
import { useAnswer } from './use-answer.ts'

const EVERY_MS = 15_000

/** null until it is known. */
export function useStorage(): StorageResource | null {
  const hub = useHub()
  return useAnswer(hub, 'storage', (signal) => hub.client.storage({ signal }), EVERY_MS).data
}
