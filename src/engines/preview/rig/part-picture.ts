// Parts a picture between two people: what moves with one must not reach into the other.
import type { Box } from '@infinitetalk/arithmetic'
import type { FaceOutline } from './surroundings.ts'

/** The part of each person, in their order: all of it for one, for two what lies on their side of the middle between them. */
export function partPicture(people: readonly FaceOutline[], picture: Box): readonly Box[] {
  const [one, other] = people
  if (one === undefined || other === undefined) return [picture]
  const aside = Math.abs(one.centerX - other.centerX)
  const above = Math.abs(one.centerY - other.centerY)
  return people.map((person) =>
    aside >= above
      ? keep(picture, ['x', 'width'], (one.centerX + other.centerX) / 2, person.centerX)
      : keep(picture, ['y', 'height'], (one.centerY + other.centerY) / 2, person.centerY),
  )
}

function keep(
  picture: Box,
  [from, extent]: readonly ['x', 'width'] | readonly ['y', 'height'],
  cut: number,
  center: number,
): Box {
  const end = picture[from] + picture[extent]
  return center < cut
    ? { ...picture, [extent]: cut - picture[from] }
    : { ...picture, [from]: cut, [extent]: end - cut }
}
