// Builds the media port from its steps and the programs found on this machine.
import type { Media } from '../app/ports/media.ts'
import { finish } from './finish.ts'
import type { MediaTools } from './media-tools.ts'
import { stageImage } from './stage-image.ts'
import { stageVideo } from './stage-video.ts'
import { stageVoice } from './stage-voice.ts'

export function createMedia(media: MediaTools): Media {
  return {
    stageImage: (path, job) => stageImage(path, media.limits, job),
    stageVoice: (path, job) => stageVoice(path, media, job),
    stageVideo: (path, job) => stageVideo(path, media, job),
    finish: (request, job) => finish(request, media, job),
  }
}
