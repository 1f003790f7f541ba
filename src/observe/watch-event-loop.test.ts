import { expect, it } from 'vitest'
import type { HubEvent } from '../app/ports/observer.ts'
import { describeEvent } from './describe-event.ts'
import { watchEventLoop } from './watch-event-loop.ts'

it('fault 114: reports how long the event loop was blocked', async () => {
  const seen = Promise.withResolvers<HubEvent>()
  const watch = watchEventLoop({ observe: seen.resolve }, 200)
  // The histogram measures the delay between two of its own ticks, so one tick must come first.
  await new Promise((resolve) => setTimeout(resolve, 50))
  const end = performance.now() + 400
  while (performance.now() < end);
  const event = await seen.promise
  watch.stop()
  expect(event).toMatchObject({ type: 'hub.event_loop_held', heldMs: expect.any(Number) })
  expect(describeEvent(event)).toMatchObject({
    level: 'warn',
    message: expect.stringMatching(/^nothing could be answered for [\d.]+ m?s$/),
  })
})
