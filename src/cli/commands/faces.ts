// `infinitetalk faces`: lists the faces in a picture with the numbers that `generate --face` takes.
import type { Source } from '@infinitetalk/contract'
import type { FoundFace } from '../../app/ports/faces.ts'
import { AppError } from '../../domain/errors.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { sourceArgument } from '../source-argument.ts'
import { printJson, printLine } from '../terminal.ts'

export const command: CommandDefinition = {
  description:
    'Lists the faces in a picture, the largest first, with the number that "generate --face" takes and whether the ' +
    'preview engine can animate each of them.',
  argument: 'IMAGE',
  options: {},
  examples: ['infinitetalk faces group.jpg'],
  run: runFaces,
}

const REFUSALS: Readonly<Record<NonNullable<FoundFace['refusal']>, string>> = {
  face_cut_off: 'no: cut off by the edge',
  face_not_frontal: 'no: turned away',
  face_too_small: 'no: too small',
  no_face_found: 'no: not clearly a face',
}

async function runFaces(invocation: Invocation): Promise<void> {
  const { argument: image, terminal, services, signal } = invocation
  const argument = sourceArgument(image, services.currentFolder)
  const source: Source =
    'url' in argument ? { kind: 'url', ...argument } : { kind: 'path', ...argument }
  const faces = await services.findFaces(source, signal)
  for (const face of faces) printJson(terminal, { event: 'face', ...face })
  if (faces.length === 0) {
    throw new AppError('no_face_found', `There is no face in ${image}.`)
  }
  printLine(terminal, row('face', 'x, y, width, height', 'yaw', 'roll', 'can be animated'))
  for (const face of faces) printLine(terminal, faceRow(face))
}

function faceRow({ index, box, yaw, roll, refusal }: FoundFace): string {
  return row(
    String(index),
    [box.x, box.y, box.width, box.height].map(Math.round).join(', '),
    `${Math.round(yaw)}°`,
    `${Math.round(roll)}°`,
    refusal === null ? 'yes' : REFUSALS[refusal],
  )
}

function row(index: string, box: string, yaw: string, roll: string, able: string): string {
  const turns = `${yaw.padStart(5)}  ${roll.padStart(5)}`
  return `${index.padStart(5)}  ${box.padEnd(22)}  ${turns}  ${able}`
}
