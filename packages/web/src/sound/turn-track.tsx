// The turns of the speakers, under the waveform of one recording of two people: a click changes the person, an edge is dragged or moved with
// the arrow keys, Delete joins both sides of it.
import { say, sayNumber, type Words } from '../language/say.ts'
import type { Trim } from './sound.ts'
import { TrimHandle } from './trim-handle.tsx'
import {
  type Stretch,
  splitAt,
  startOf,
  withEdgeAt,
  withNextSpeaker,
  withoutEdge,
} from './turns.ts'
import { clamp, isWithin, placeIn } from './wave-view.ts'

interface TurnTrackProps {
  readonly stretches: readonly Stretch[]
  readonly seconds: number
  readonly view: Trim
  /** Where the sound plays. */
  readonly at: number
  secondsAt(clientX: number): number
  onChange(stretches: readonly Stretch[]): void
}

const NAMES = { left: 'Left', right: 'Right', none: '–' } as const
const WORDS = {
  left: 'left speaker',
  right: 'right speaker',
  none: 'nobody',
} as const satisfies Record<string, Words>

export function TurnTrack(props: TurnTrackProps) {
  const { stretches, seconds, view, at, secondsAt, onChange } = props
  const split = splitAt(stretches, at)
  return (
    <div class="turns">
      <fieldset class="turn-track" aria-label={say('Who speaks when')}>
        {stretches.map(({ speaker, until }, index) => {
          const from = clamp(startOf(stretches, index), view.start, view.end)
          const to = clamp(until, view.start, view.end)
          if (to <= from) return null
          const who = speaker ?? 'none'
          return (
            <button
              key={index}
              type="button"
              class={`turn is-${who}`}
              style={{
                left: placeIn(from, view),
                width: `${((to - from) / (view.end - view.start)) * 100}%`,
              }}
              aria-label={say('From {from} to {to} seconds: {speaker}. Change', {
                from: sayNumber(from, 1),
                to: sayNumber(to, 1),
                speaker: say(WORDS[who]),
              })}
              onClick={() => onChange(withNextSpeaker(stretches, index))}
            >
              {who === 'none' ? NAMES.none : say(NAMES[who])}
            </button>
          )
        })}
        {stretches
          .slice(0, -1)
          .map(({ until }, index) =>
            isWithin(until, view) ? (
              <TrimHandle
                key={index}
                name={say('End of turn {number}', { number: index + 1 })}
                at={until}
                of={seconds}
                left={placeIn(until, view)}
                secondsAt={secondsAt}
                onMove={(moved) => onChange(withEdgeAt(stretches, index, moved))}
                onDelete={() => onChange(withoutEdge(stretches, index))}
              />
            ) : null,
          )}
      </fieldset>
      <p class="small muted turn-help">
        <button
          type="button"
          class="link"
          disabled={split === stretches}
          onClick={() => onChange(split)}
        >
          {say('Split where it plays')}
        </button>
        <span>{say('Click a part to change who speaks.')}</span>
      </p>
    </div>
  )
}
