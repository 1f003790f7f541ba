// Conversions between the colour spaces of videos and pictures, as filters that every build of ffmpeg has.

/** As ffmpeg's scale filter names them. */
export type ColorMatrix = 'bt601' | 'bt709' | 'bt2020'

/** Through RGB: builds of 2018 do not convert between two YUV spaces when the range changes too. */
export function convertColors(
  from: ColorMatrix,
  to: 'bt601' | 'bt709',
  range: 'tv' | 'pc',
): string[] {
  return [
    `scale=in_color_matrix=${from}`,
    'format=gbrp',
    `scale=out_color_matrix=${to}:out_range=${range}`,
  ]
}

/** The tags of every video this program makes: bt709 in all three fields of H.264, limited range. */
export const BT709_TAGS: readonly string[] = [
  ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
  ...['-color_range', 'tv'],
]
