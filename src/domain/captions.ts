// Captions as files: SubRip, WebVTT, and the form of libass, which burns them into a video.
import type { Cue, Speaker } from '@infinitetalk/contract'

export const CAPTION_FORMATS = ['srt', 'vtt'] as const
export type CaptionFormat = (typeof CAPTION_FORMATS)[number]

export function writeCaptions(cues: readonly Cue[], format: CaptionFormat): string {
  return format === 'srt' ? toSrt(cues) : toVtt(cues)
}

function toSrt(cues: readonly Cue[]): string {
  return cues
    .map(
      ({ fromSeconds, toSeconds, text }, index) =>
        `${index + 1}\n${clock(fromSeconds, ',')} --> ${clock(toSeconds, ',')}\n${text}\n`,
    )
    .join('\n')
}

/** With two speakers, each cue names its own. */
function toVtt(cues: readonly Cue[]): string {
  const names = new Set(cues.map(({ speaker }) => speaker)).size > 1
  const blocks = cues.map(({ fromSeconds, toSeconds, speaker, text }) => {
    const words = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    const voice = names ? `<v ${LABELS[speaker]}>` : ''
    return `${clock(fromSeconds, '.')} --> ${clock(toSeconds, '.')}\n${voice}${words}\n`
  })
  return [
    'WEBVTT\n',
    'NOTE Times are approximate: they follow the pauses of the sound.\n',
    ...blocks,
  ].join('\n')
}

const LABELS: Readonly<Record<Speaker, string>> = { left: 'A', right: 'B' }

/** A twentieth of the height, with a border that reads on every background. */
export function toAss(
  cues: readonly Cue[],
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const size = Math.max(12, Math.round(Math.min(height / 18, width / 14)))
  const margin = Math.round(height / 24)
  const style = [
    ...['Captions', 'sans-serif', size, '&H00FFFFFF', '&H00FFFFFF', '&H00000000', '&H80000000'],
    ...[0, 0, 0, 0, 100, 100, 0, 0, 1, Math.max(1, size / 12), 0, 2],
    ...[Math.round(width / 20), Math.round(width / 20), margin, 1],
  ]
  return [
    '[Script Info]',
    'ScriptType: v4.00+',
    `PlayResX: ${width}`,
    `PlayResY: ${height}`,
    'WrapStyle: 0',
    '',
    '[V4+ Styles]',
    'Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding',
    `Style: ${style.join(',')}`,
    '',
    '[Events]',
    'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
    ...cues.map(
      ({ fromSeconds, toSeconds, text }) =>
        `Dialogue: 0,${assClock(fromSeconds)},${assClock(toSeconds)},Captions,,0,0,0,,${assText(text)}`,
    ),
    '',
  ].join('\n')
}

/** A word joiner keeps a backslash from forming a command with the next letter; braces would begin one. */
function assText(text: string): string {
  return text
    .replaceAll('\\', '\\\u2060')
    .replaceAll('{', '\\{')
    .replaceAll('}', '\\}')
    .replaceAll(/[\r\n]+/g, ' ')
}

/** `00:01:02,345`. */
function clock(seconds: number, point: string): string {
  const ms = Math.round(seconds * 1000)
  const parts = [
    Math.floor(ms / 3_600_000),
    Math.floor(ms / 60_000) % 60,
    Math.floor(ms / 1000) % 60,
  ]
  const whole = parts.map((part) => String(part).padStart(2, '0')).join(':')
  return `${whole}${point}${String(ms % 1000).padStart(3, '0')}`
}

/** `0:01:02.34`. */
function assClock(seconds: number): string {
  return clock(seconds, '.').slice(1, -1)
}
