// The engines: whether each is ready, and the speed that the hub has learnt, by size.

import type { EngineResource } from '@infinitetalk/contract'
import { say, sayNumber } from '../language/say.ts'
import { sayDuration } from '../takes/words.ts'
import { Check } from './check.tsx'

export function EnginesCard({ engines }: { readonly engines: readonly EngineResource[] }) {
  const measured = engines.filter((engine) => engine.measured.length > 0)
  return (
    <section class="card" aria-labelledby="engines-title">
      <h2 id="engines-title">{say('Engines')}</h2>
      <ul class="checks">
        {engines.map((engine) => (
          <Check
            key={engine.name}
            name={engine.name}
            ready={engine.ready}
            detail={sayEngine(engine)}
          />
        ))}
      </ul>
      {measured.length > 0 && (
        <details>
          <summary>{say('Speed by size')}</summary>
          {measured.map((engine) => (
            <SpeedTable key={engine.name} engine={engine} />
          ))}
        </details>
      )}
    </section>
  )
}

function SpeedTable({ engine }: { readonly engine: EngineResource }) {
  return (
    <table class="speeds">
      <caption>{engine.name}</caption>
      <thead>
        <tr>
          <th scope="col">{say('Size')}</th>
          <th scope="col">{unitOf(engine)}</th>
          <th scope="col">{say('Renders')}</th>
        </tr>
      </thead>
      <tbody>
        {engine.measured
          .toSorted((a, b) => b.renders - a.renders)
          .map(({ width, height, seconds_per_unit, renders }) => (
            <tr key={`${width} ${height}`}>
              <td>{`${width} × ${height}`}</td>
              <td>{sayAmount(seconds_per_unit)}</td>
              <td>{renders}</td>
            </tr>
          ))}
      </tbody>
    </table>
  )
}

function sayEngine(engine: EngineResource): string {
  const { detail, measured } = engine
  if (detail !== null) return detail
  const [most] = measured.toSorted((a, b) => b.renders - a.renders)
  if (most === undefined) return say('Ready, no renders measured yet')
  const { width, height, seconds_per_unit } = most
  const values = { time: sayAmount(seconds_per_unit), size: `${width} × ${height}` }
  return engine.windowing === null
    ? say('Ready, {time} per frame at {size}', values)
    : say('Ready, {time} per sampling step at {size}', values)
}

function unitOf({ windowing }: EngineResource): string {
  return windowing === null ? say('Per frame') : say('Per sampling step')
}

function sayAmount(seconds: number): string {
  return seconds < 0.1 ? `${sayNumber(seconds * 1000, 1)} ms` : sayDuration(seconds)
}
