// The node pack that provides a class, and where to get it: needed when ComfyUI lacks the class. Data.
import type { ObjectInfo } from './object-info.ts'

export interface NodePack {
  readonly name: string
  readonly repository: string
  readonly classes: RegExp
}

const NODE_PACKS: readonly NodePack[] = [
  {
    name: 'ComfyUI-WanVideoWrapper',
    repository: 'https://github.com/kijai/ComfyUI-WanVideoWrapper',
    classes: /^(WanVideo|MultiTalk|Wav2VecModelLoader$|DownloadAndLoadWav2VecModel$|LoadWanVideo)/,
  },
  {
    name: 'ComfyUI-VideoHelperSuite',
    repository: 'https://github.com/Kosinkadink/ComfyUI-VideoHelperSuite',
    classes: /^VHS_/,
  },
  {
    name: 'ComfyUI-MelBandRoFormer',
    repository: 'https://github.com/kijai/ComfyUI-MelBandRoFormer',
    classes: /^MelBandRoFormer/,
  },
  {
    name: 'ComfyUI-KJNodes',
    repository: 'https://github.com/kijai/ComfyUI-KJNodes',
    classes:
      /^((INT|Float|String)Constant|(Image|Mask)BatchMulti|ImageConcatMulti|ImageResizeKJ(v2)?|GetImageSizeAndCount|GetImageRangeFromBatch|.*KJ(v\d)?)$/,
  },
  {
    name: 'ComfyUI-GGUF',
    repository: 'https://github.com/city96/ComfyUI-GGUF',
    classes: /GGUF/,
  },
]

/** A class of ComfyUI itself, in some version. */
const CORE =
  /^(Load(Image|ImageMask|Audio|Video)|(Save|Preview)(Image|Audio|Video|Any)|SaveAnimatedPNG|(Create|Get)Video(Components)?|CLIP(VisionLoader|VisionEncode|TextEncode|Loader)|UNETLoader|LoraLoaderModelOnly|VAE(Loader|Decode|Encode|DecodeTiled)|KSampler(Select)?|SamplerCustomAdvanced|BasicScheduler|CFGGuider|RandomNoise|ConditioningZeroOut|RepeatImageBatch|ImageScale|ImageFromBatch|WanInfiniteTalkToVideo|ModelPatchLoader|AudioEncoder(Loader|Encode)|TrimAudioDuration|AudioConcat)$/

/** undefined for a class of ComfyUI itself, or of an unknown pack. */
export function packOf(classType: string): NodePack | undefined {
  return NODE_PACKS.find(({ classes }) => classes.test(classType))
}

/** The remedy for a class that a server lacks, in one sentence. */
export function adviseMissingClass(classType: string, objectInfo: ObjectInfo): string {
  const pack = packOf(classType)
  if (pack === undefined) {
    return CORE.test(classType)
      ? 'Update ComfyUI: the class is part of newer versions.'
      : 'Install the node pack that brings this class and restart ComfyUI, or remove the node from the workflow.'
  }
  const { name, repository, classes } = pack
  return [...objectInfo.keys()].some((known) => classes.test(known))
    ? `Update ${name} (${repository}); if that does not help, the log of ComfyUI says why the class could not be loaded.`
    : `Install ${name} (${repository}) in the folder custom_nodes of ComfyUI, and restart it.`
}
