// Inputs that name a model file, and ComfyUI's folder for it. Data.

const MODEL_FOLDERS: Readonly<Record<string, string>> = {
  'AudioEncoderLoader.audio_encoder_name': 'audio_encoders',
  'CheckpointLoaderSimple.ckpt_name': 'checkpoints',
  'CLIPLoader.clip_name': 'text_encoders',
  'CLIPVisionLoader.clip_name': 'clip_vision',
  'LoadWanVideoT5TextEncoder.model_name': 'text_encoders',
  'LoraLoader.lora_name': 'loras',
  'LoraLoaderModelOnly.lora_name': 'loras',
  'MelBandRoFormerModelLoader.model_name': 'diffusion_models',
  'ModelPatchLoader.name': 'model_patches',
  'MultiTalkModelLoader.model': 'diffusion_models',
  'UnetLoaderGGUF.unet_name': 'diffusion_models',
  'UNETLoader.unet_name': 'diffusion_models',
  'VAELoader.vae_name': 'vae',
  'WanVideoLoraSelect.lora': 'loras',
  'WanVideoModelLoader.model': 'diffusion_models',
  'WanVideoTextEncodeCached.model_name': 'text_encoders',
  'WanVideoTinyVAELoader.model_name': 'vae_approx',
  'WanVideoVAELoader.model_name': 'vae',
  'Wav2VecModelLoader.model': 'wav2vec2',
}

const MODEL_FILE = /\.(safetensors|sft|gguf|ckpt|pth?|bin)$/i

/** undefined when the input names no model; `models` when it names one in an unknown folder. */
export function modelFolder(classType: string, input: string, value: unknown): string | undefined {
  const key = `${classType}.${input}`
  if (Object.hasOwn(MODEL_FOLDERS, key)) return MODEL_FOLDERS[key]
  return typeof value === 'string' && MODEL_FILE.test(value) ? 'models' : undefined
}
