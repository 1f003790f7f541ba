// The turns of a head that speaks: it takes a posture, rests in it and takes the next, at the beginnings of phrases above
// all, and more freely while it speaks than while it listens. The spread is that of people filmed while they talk.
import { FPS } from '@infinitetalk/arithmetic'
import type { FacePose } from '../pose.ts'
import { clamp } from './ramps.ts'

const CHANNELS = ['yaw', 'pitch', 'roll', 'shiftX', 'shiftY'] as const
type Channel = (typeof CHANNELS)[number]
type Posture = Pick<FacePose, Channel>

const REST: Posture = { yaw: 0, pitch: 0, roll: 0, shiftX: 0, shiftY: 0 }

/** Standard deviations while speaking: degrees, and the units of FacePose for the shifts. */
const SPREAD: Readonly<Record<Channel, number>> = {
  yaw: 8.8,
  pitch: 2.2,
  roll: 1.4,
  shiftX: 0.4,
  shiftY: 0.5,
}
/** So many deviations at most: beyond that a picture would tear. */
const MOST_DEVIATIONS = 1.3
/** Heads turn about the neck and not about the middle of the face: a shift back keeps the nose from swinging out of the picture. */
const SHIFT_PER_DEGREE = -0.08
/** A speaker turns from one listener to another, as often as this, and then clearly: at least by so many deviations. */
const OTHER_SIDE_CHANCE = 0.8
const LEAST_TO_OTHER_SIDE = 0.7
const LISTENING = 0.55
const SPEAKING_EFFORT = 0.12

const REST_SECONDS = { least: 0.5, spread: 1.7 } as const
const LISTENING_REST = 1.6
const TURN_SECONDS = { least: 0.4, spread: 0.45 } as const
/** A phrase begins where somebody speaks who has not for this long. */
const PAUSE_FRAMES = 0.35 * FPS
/** The picture itself is shown first. */
const FIRST_TURN_SECONDS = 0.6

/**
 * One posture per frame.
 * @param effort how strongly is spoken around each frame, 0 .. 1
 */
export function headPostures(
  effort: Float32Array,
  random: () => number,
): Readonly<Record<Channel, Float32Array>> {
  const frames = effort.length
  const curves = {
    yaw: new Float32Array(frames),
    pitch: new Float32Array(frames),
    roll: new Float32Array(frames),
    shiftX: new Float32Array(frames),
    shiftY: new Float32Array(frames),
  }
  let from = REST
  let to = REST
  let turnStart = 0
  let turnEnd = 0
  let nextTurn = Math.round(FIRST_TURN_SECONDS * FPS)
  let silent = 0
  for (let frame = 0; frame < frames; frame++) {
    const speaks = effort[frame]! > SPEAKING_EFFORT
    const phraseBegins = speaks && silent > PAUSE_FRAMES
    silent = speaks ? 0 : silent + 1
    if (frame >= nextTurn || (phraseBegins && frame > turnEnd)) {
      from = to
      to = drawPosture(random, speaks ? 1 : LISTENING, from)
      turnStart = frame
      turnEnd = frame + Math.round(FPS * pick(TURN_SECONDS, random))
      const rest = pick(REST_SECONDS, random) * (speaks ? 1 : LISTENING_REST)
      nextTurn = turnEnd + Math.round(FPS * rest)
    }
    const progress = frame < turnEnd ? (frame - turnStart) / (turnEnd - turnStart) : 1
    const now = between(from, to, progress)
    for (const channel of CHANNELS) curves[channel][frame] = now[channel]
  }
  return curves
}

function drawPosture(random: () => number, liveliness: number, from: Posture): Posture {
  const deviation = (): number => clamp(normal(random), -MOST_DEVIATIONS, MOST_DEVIATIONS)
  const turned = deviation()
  const changesSide = random() < OTHER_SIDE_CHANCE
  const deviations = changesSide
    ? -Math.sign(from.yaw || turned) * Math.max(LEAST_TO_OTHER_SIDE, Math.abs(turned))
    : turned
  const yaw = SPREAD.yaw * deviations
  return {
    yaw: liveliness * yaw,
    pitch: liveliness * SPREAD.pitch * deviation(),
    roll: liveliness * SPREAD.roll * deviation(),
    shiftX: liveliness * (SPREAD.shiftX * deviation() + SHIFT_PER_DEGREE * yaw),
    shiftY: liveliness * SPREAD.shiftY * deviation(),
  }
}

/** Speeds up and slows down as limbs do: without a jerk at either end. */
function between(from: Posture, to: Posture, progress: number): Posture {
  const share = progress ** 3 * (10 - 15 * progress + 6 * progress ** 2)
  const mixed = (channel: Channel): number => from[channel] + (to[channel] - from[channel]) * share
  return {
    yaw: mixed('yaw'),
    pitch: mixed('pitch'),
    roll: mixed('roll'),
    shiftX: mixed('shiftX'),
    shiftY: mixed('shiftY'),
  }
}

function pick({ least, spread }: { least: number; spread: number }, random: () => number): number {
  return least + spread * random()
}

/** Twelve draws, which machines add up alike: logarithm and sine differ between them. */
function normal(random: () => number): number {
  let sum = -6
  for (let i = 0; i < 12; i++) sum += random()
  return sum
}
