// Shows the obstacle of a complete draft, with the ways out that one click can take.
import { say } from '../language/say.ts'
import { AlertIcon } from '../ui/icons.tsx'
import type { Obstacle } from './obstacle.ts'
import type { Draft } from './use-draft.ts'

interface ObstacleNoticeProps {
  readonly obstacle: Obstacle
  readonly draft: Pick<Draft, 'engine' | 'engines' | 'change'>
}

export function ObstacleNotice({ obstacle, draft }: ObstacleNoticeProps) {
  const { message, hint, code, ways } = obstacle
  const { engines, engine, change } = draft
  const other = engines
    .filter(({ ready, name }) => ready && name !== engine?.name)
    .toSorted((a, b) => Number(a.only_previews) - Number(b.only_previews))[0]
  return (
    <div class="notice" role="alert">
      <AlertIcon />
      <div>
        <p class="notice-message">{message}</p>
        <p>{hint}</p>
        <p class="notice-code">
          <code>{code}</code>
        </p>
        {ways.length > 0 && (
          <div class="ways-out">
            {ways.includes('crop') && (
              <button
                type="button"
                onClick={() => change({ cropToFace: true, fit: 'face', placing: null })}
              >
                {say('Crop to the face')}
              </button>
            )}
            {ways.includes('engine') && other !== undefined && (
              <button type="button" onClick={() => change({ engine: other.name, advanced: {} })}>
                {say('Use {engine}', { engine: other.name })}
              </button>
            )}
          </div>
        )}
      </div>
    </div>
  )
}
