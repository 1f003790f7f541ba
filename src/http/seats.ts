// Bounds the number of open answers of one kind, because each may hold a connection as long as a job runs.
import type { FastifyReply } from 'fastify'
import { AppError } from '../domain/errors.ts'

export interface Seats {
  /** Takes a seat until the connection of the answer closes. @throws AppError `server_busy` */
  take(reply: FastifyReply): void
  /** @returns false when all seats are taken */
  tryTake(reply: FastifyReply): boolean
}

/** @param kind plural, for the error @param setting raises the limit */
export function createSeats(most: number, kind: string, setting: string): Seats {
  let taken = 0
  const tryTake = ({ raw }: FastifyReply): boolean => {
    if (taken >= most) return false
    taken += 1
    raw.once('close', () => {
      taken -= 1
    })
    return true
  }
  return {
    tryTake,
    take(reply) {
      if (tryTake(reply)) return
      throw new AppError(
        'server_busy',
        `${taken} ${kind} are open, which is the maximum (${setting}).`,
      )
    },
  }
}
