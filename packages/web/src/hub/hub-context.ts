// The connection, for every part of the page.
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { HubConnection } from './hub-connection.ts'

export const HubContext = createContext<HubConnection | null>(null)

export function useHub(): HubConnection {
  const hub = useContext(HubContext)
  if (hub === null) throw new Error('There is no hub above this part of the page.')
  return hub
}
