// `infinitetalk faces`: which faces a picture has, by the numbers that `generate --face` takes.
import type { FoundFace } from '../../app/ports/faces.ts'
import { AppError } from '../../domain/errors.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { printJson, printLine } from '../terminal.ts'

export const facesCommand: CommandDefinition = {
  name: 'faces',
  summary: 'List the faces in a picture.',
  description:
    'Lists the faces in a picture, the largest first, with the number that "generate --face" takes and whether the ' +
    'preview engine can animate each of them.',
  positionals: ['IMAGE'],
  options: [],
  examples: ['infinitetalk faces group.jpg'],
  run: runFaces,
}

const REFUSALS: Readonly<Record<NonNullable<FoundFace['refusal']>, string>> = {
  face_not_frontal: 'no: turned away',
  face_too_small: 'no: too small',
  no_face_found: 'no: not clearly a face',
}

async function runFaces({
  arguments: given,
  terminal,
  services,
  signal,
}: Invocation): Promise<void> {
  const image = given.positionals[0] ?? ''
  const faces = await services.findFaces(image, signal)
  for (const face of faces) printJson(terminal, { event: 'face', ...face })
  if (faces.length === 0) {
    throw new AppError('no_face_found', `There is no face in ${image}.`)
  }
  printLine(terminal, ' face  x, y, width, height       yaw   roll  can be animated')
  for (const face of faces) printLine(terminal, faceRow(face))
}

function faceRow({ index, box, yaw, roll, refusal }: FoundFace): string {
  const corners = [box.x, box.y, box.width, box.height].map(Math.round).join(', ')
  return [
    String(index).padStart(5),
    corners.padEnd(24),
    `${Math.round(yaw)}°`.padStart(6),
    `${Math.round(roll)}°`.padStart(6),
    refusal === null ? 'yes' : REFUSALS[refusal],
  ].join('  ')
}
