// Estimates a video before it is rendered: frames, windows, surplus, time, and how to make it cheaper.
import {
  DEFAULT_WINDOWING,
  equaliseWindows,
  FPS,
  framesToSaveWindow,
  planWindows,
  type Windowing,
  type WindowPlan,
} from '@infinitetalk/arithmetic'
import { countPieces } from './pieces.ts'
import type { WindowedSampling } from './presets.ts'
import { shortenLastWindow } from './window-steps.ts'

/** Measured on the engine that will render, at the size of the video. */
export interface MeasuredSpeed {
  /** Time of a frame for an engine that renders frame by frame, else of a step of a window of the trained length. */
  readonly secondsPerUnit: number
  /** Before the first frame: starting, loading models. */
  readonly setupSeconds: number
}

export interface EstimateRequest {
  /** Frames of the finished video. */
  readonly frames: number
  /** null for an engine that renders frame by frame. */
  readonly sampling: WindowedSampling | null
  /** null when nothing has been measured yet. */
  readonly speed: MeasuredSpeed | null
}

export interface Estimate {
  readonly frames: number
  /** 0 for an engine that renders frame by frame. */
  readonly windows: number
  /** Frames rendered beyond the ones needed. */
  readonly surplusFrames: number
  /** Time to render, in seconds; null when it is not known yet. */
  readonly seconds: number | null
  /** The seconds of all machines that render at the same time; null as above. */
  readonly machineSeconds: number | null
  /** Pieces that are rendered at the same time, each on a machine of its own. */
  readonly pieces: number
  /** Advice to spend less, e.g. "Cutting 0.2 s saves one of 7 windows." */
  readonly saves: readonly string[]
}

/** Maximum cut that is suggested to save one window. */
const MAX_PROPOSED_CUT_FRAMES = FPS

export function estimateRender(request: EstimateRequest): Estimate {
  const { frames, sampling, speed } = request
  const seconds = timeFor(samplingUnits(frames, sampling), speed)
  if (sampling === null) {
    const machineSeconds = seconds
    return { frames, windows: 0, surplusFrames: 0, seconds, machineSeconds, pieces: 1, saves: [] }
  }
  const { windows, surplusFrames } = windowsOf(frames, sampling)
  const pieces = piecesOf(frames, sampling)
  return {
    frames,
    windows,
    surplusFrames,
    seconds,
    machineSeconds: seconds === null ? null : seconds * pieces,
    pieces,
    saves: [
      ...proposeCut(frames, sampling),
      ...(sampling.equalise || sampling.shortLastWindow ? [] : proposeEqualising(frames, sampling)),
    ],
  }
}

/** The amount of sampling of each machine, in the units of `MeasuredSpeed`: linear in the frames of all windows, their overlap included. */
export function samplingUnits(frames: number, sampling: WindowedSampling | null): number {
  if (sampling === null) return frames
  const { windows, outputFrames, motionFrames } = windowsOf(frames, sampling)
  const sampledFrames = outputFrames + (windows - 1) * motionFrames
  const units = (sampledFrames * sampling.stepsPerWindow) / DEFAULT_WINDOWING.windowFrames
  return units / piecesOf(frames, sampling)
}

function piecesOf(frames: number, sampling: WindowedSampling): number {
  return countPieces(frames, windowsOf(frames, sampling), sampling.pieces ?? 1)
}

function windowsOf(frames: number, sampling: WindowedSampling): WindowPlan {
  const plan = sampling.equalise ? equaliseWindows(frames, sampling) : planWindows(frames, sampling)
  return sampling.shortLastWindow ? shortenLastWindow(frames, plan) : plan
}

function timeFor(units: number, speed: MeasuredSpeed | null): number | null {
  return speed === null ? null : speed.setupSeconds + units * speed.secondsPerUnit
}

function proposeCut(frames: number, windowing: Windowing): readonly string[] {
  const cut = framesToSaveWindow(frames, windowing)
  if (cut === null || cut > MAX_PROPOSED_CUT_FRAMES) return []
  const { windows } = planWindows(frames, windowing)
  return [`Cutting ${sayTenths(cut / FPS)} s saves one of ${windows} windows.`]
}

function proposeEqualising(frames: number, windowing: Windowing): readonly string[] {
  const plain = planWindows(frames, windowing)
  const equal = equaliseWindows(frames, windowing)
  const percent = Math.round(100 * (1 - equal.windowFrames / plain.windowFrames))
  if (percent < 1) return []
  const size = `windows of ${equal.windowFrames} instead of ${plain.windowFrames} frames`
  return [
    `equalise_windows renders ${size} and saves ${percent} % of the time, at some risk to quality.`,
  ]
}

/** Rounded up, so that the suggested cut is always enough. */
function sayTenths(seconds: number): string {
  return (Math.ceil(seconds * 10 - 1e-9) / 10).toFixed(1)
}
