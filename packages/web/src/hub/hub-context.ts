// The connection to the hub, for every part of the page.
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { HubConnection } from './hub-connection.ts'

export const HubContext = createContext<HubConnection | null>(null)

export function useHub(): HubConnection {
  const hub = useContext(HubContext)
  if (hub === null) throw new Error('useHub() needs a HubContext above it.')
  return hub
}
