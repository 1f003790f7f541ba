// How many streams may be open at a time, of all kinds together: each holds a connection and a listener for as long as its job
// takes, and nobody has to pay for opening one.
import type { FastifyReply } from 'fastify'
import { AppError } from '../domain/errors.ts'

export interface StreamSeats {
  /** Until the answer's connection is done with. @throws AppError `server_busy` */
  take(reply: FastifyReply): void
}

export function createStreamSeats(most: number): StreamSeats {
  let taken = 0
  return {
    take({ raw }) {
      if (taken >= most) {
        throw new AppError('server_busy', `${taken} streams of events are open already.`)
      }
      taken += 1
      raw.once('close', () => {
        taken -= 1
      })
    },
  }
}
