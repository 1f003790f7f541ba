// The environment of a ComfyUI that we start: everything that Python, CUDA and its nodes may need, and no secret.
// Node packs are programs of strangers; the keys of a hub are none of their business.

const OURS = /^(INFINITETALK_|COMFYUI_|S3_|BEAM_|RUNPOD_|DATABASE_URL$)/
const SECRET =
  /(^|_)(TOKENS?|SECRETS?|PASS(WORD|WD)?|API_?KEYS?|ACCESS_KEY(_ID)?|PRIVATE_KEY|CREDENTIALS?)(_|$)/i

export function launchEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !OURS.test(name) && !SECRET.test(name))
  return {
    ...Object.fromEntries(kept),
    // Its last words would be lost in a buffer when it is killed.
    PYTHONUNBUFFERED: '1',
    // A crash in native code says where it happened.
    PYTHONFAULTHANDLER: '1',
    HF_HUB_DISABLE_TELEMETRY: '1',
  }
}
