// The behaviour of each class. An unlisted class passes on the first input of the wanted kind, so that foreign graphs run as well.
import { IMAGE_NODES } from './nodes-images.ts'
import { SAVE_NODES } from './nodes-save.ts'
import { SOUND_NODES } from './nodes-sound.ts'
import { TALK_NODES } from './nodes-talk.ts'
import { VIDEO_NODES } from './nodes-video.ts'
import { WINDOW_NODES } from './nodes-window.ts'
import type { NodeInfo } from './object-info.ts'
import type { NodeBehaviour, NodeCall, NodeResult } from './run-context.ts'
import { OPAQUE, ofKind, type Value } from './values.ts'

const NODES: Readonly<Record<string, NodeBehaviour>> = {
  ...IMAGE_NODES,
  ...SOUND_NODES,
  ...TALK_NODES,
  ...VIDEO_NODES,
  ...SAVE_NODES,
  ...WINDOW_NODES,
  INTConstant: ({ inputs }) => ({ outputs: [inputs.value ?? 0] }),
  PreviewAny: ({ inputs }) => ({ outputs: [], ui: { text: [describe(inputs.source)] } }),
}

export async function runNode(call: NodeCall, info: NodeInfo): Promise<NodeResult> {
  const behaviour = NODES[call.className]
  return behaviour === undefined ? passOn(call, info) : await behaviour(call)
}

function passOn({ inputs }: NodeCall, { output }: NodeInfo): NodeResult {
  const given = Object.values(inputs)
  return { outputs: output.map((type) => given.find((value) => isOfType(value, type)) ?? OPAQUE) }
}

function isOfType(value: Value, type: string): boolean {
  if (type === 'IMAGE') return ofKind(value, 'images') !== null
  if (type === 'AUDIO') return ofKind(value, 'audio') !== null
  if (type === 'INT' || type === 'FLOAT') return typeof value === 'number'
  return type === 'STRING' && typeof value === 'string'
}

function describe(value: Value | undefined): string {
  return typeof value === 'object' ? `<${value?.kind ?? 'None'}>` : String(value)
}
