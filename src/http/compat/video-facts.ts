// The facts of a finished video that clients of Beam and RunPod get.
import type { JobOutput } from '../../domain/job.ts'

export function videoFacts({ video, seed, warnings }: JobOutput, filename: string) {
  return {
    filename,
    size_bytes: video.bytes,
    duration_s: video.seconds,
    sha256: video.sha256,
    seed,
    warnings: [...warnings],
  }
}
