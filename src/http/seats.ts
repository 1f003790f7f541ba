// How many answers of a kind may be open at a time: each holds a connection for as long as its job takes, and nobody has to pay
// for opening one.
import type { FastifyReply } from 'fastify'
import { AppError } from '../domain/errors.ts'

export interface Seats {
  /** Until the answer's connection is done with. @throws AppError `server_busy` */
  take(reply: FastifyReply): void
  /** @returns false when all are taken */
  tryTake(reply: FastifyReply): boolean
}

/** @param kind in the plural, for the error @param setting that raises the limit */
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
      throw new AppError('server_busy', `${taken} ${kind} are open already (${setting}).`)
    },
  }
}
