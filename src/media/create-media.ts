// Builds the media port from its steps and the programs found on this machine.
import type { Media } from '../app/ports/media.ts'
import { checkCaptions } from './burn-captions.ts'
import { cutDialogue } from './cut-dialogue.ts'
import { finish } from './finish.ts'
import { joinSpeech } from './join-speech.ts'
import type { MediaTools } from './media-tools.ts'
import { stageImage } from './stage-image.ts'
import { stageVideo } from './stage-video.ts'
import { stageVoice } from './stage-voice.ts'

export function createMedia(media: MediaTools): Media {
  return {
    stageImage: (path, job, crop) => stageImage(path, media.limits, job, crop),
    stageVoice: (path, job) => stageVoice(path, media, job),
    stageVideo: (path, job) => stageVideo(path, media, job),
    joinSpeech: (pieces, job) => joinSpeech(pieces, media, job),
    cutDialogue: (voice, turns, job) => cutDialogue(voice, turns, job),
    checkCaptions: (cues, job) => checkCaptions(cues, media, job),
    finish: (request, job) => finish(request, media, job),
  }
}
