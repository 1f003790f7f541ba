// The members that beta9 knows in each request of a deployment, with their types: a gateway ignores others silently, which is how
// a setting gets lost. Read from its documented interface, not from our code.

export type FieldType =
  | 'text'
  | 'whole'
  | 'number'
  | 'flag'
  | 'texts'
  | 'objects'
  | 'object'
  | 'map'

export type Fields = Readonly<Record<string, FieldType>>

const IMAGE: Fields = {
  python_version: 'text',
  python_packages: 'texts',
  commands: 'texts',
  existing_image_uri: 'text',
  build_steps: 'objects',
  env_vars: 'texts',
  dockerfile: 'text',
  build_ctx_object: 'text',
  secrets: 'texts',
  gpu: 'text',
  ignore_python: 'flag',
}
const PLACE: Fields = { volume_name: 'text', volume_path: 'text' }

export const KNOWN_FIELDS: Readonly<Record<string, Fields>> = {
  '/api/v1/gateway/images/verify-build': { ...IMAGE, force_rebuild: 'flag', image_id: 'text' },
  '/api/v1/gateway/images/build': { ...IMAGE, existing_image_creds: 'map' },
  '/api/v1/gateway/objects': {
    object_metadata: 'object',
    hash: 'text',
    size: 'whole',
    overwrite: 'flag',
  },
  '/api/v1/gateway/volumes': { name: 'text' },
  '/api/v1/gateway/volumes/presigned-url': {
    ...PLACE,
    expires: 'whole',
    method: 'text',
    params: 'object',
  },
  '/api/v1/gateway/volumes/multipart-upload': { ...PLACE, chunk_size: 'whole', file_size: 'whole' },
  '/api/v1/gateway/volumes/multipart-upload/complete': {
    ...PLACE,
    upload_id: 'text',
    completed_parts: 'objects',
  },
  '/api/v1/gateway/volumes/multipart-upload/abort': { ...PLACE, upload_id: 'text' },
  '/api/v1/gateway/stubs': {
    object_id: 'text',
    image_id: 'text',
    stub_type: 'text',
    name: 'text',
    app_name: 'text',
    python_version: 'text',
    cpu: 'whole',
    memory: 'whole',
    gpu: 'text',
    gpu_count: 'whole',
    handler: 'text',
    retries: 'whole',
    timeout: 'whole',
    keep_warm_seconds: 'number',
    workers: 'whole',
    max_pending_tasks: 'whole',
    volumes: 'objects',
    force_create: 'flag',
    on_start: 'text',
    callback_url: 'text',
    authorized: 'flag',
    secrets: 'objects',
    autoscaler: 'object',
    task_policy: 'object',
    concurrent_requests: 'whole',
    extra: 'text',
    checkpoint_enabled: 'flag',
    checkpoint_trigger: 'object',
    on_deploy: 'text',
    entrypoint: 'texts',
    ports: 'objects',
    env: 'texts',
    pricing: 'object',
    inputs: 'object',
    outputs: 'object',
    tcp: 'flag',
    block_network: 'flag',
    allow_list: 'texts',
    pool: 'text',
    serving: 'object',
    disks: 'objects',
  },
  '/api/v1/gateway/stubs/deploy': { stub_id: 'text', name: 'text', rollout: 'object' },
  '/api/v1/gateway/pods': { stub_id: 'text', image_id: 'text', checkpoint_id: 'text' },
  '/api/v1/gateway/tasks/stop': { task_ids: 'texts' },
}

/** Members of members, by the name of the outer one. */
export const KNOWN_MEMBERS: Readonly<Record<string, Fields>> = {
  autoscaler: {
    type: 'text',
    max_containers: 'whole',
    tasks_per_container: 'whole',
    min_containers: 'whole',
  },
  task_policy: { timeout: 'whole', max_retries: 'whole', ttl: 'whole' },
  object_metadata: { name: 'text', size: 'whole' },
  params: {
    upload_id: 'text',
    part_number: 'whole',
    content_length: 'whole',
    content_type: 'text',
  },
  volumes: { id: 'text', mount_path: 'text', config: 'object' },
  completed_parts: { number: 'whole', etag: 'text' },
}

type Json = Readonly<Record<string, unknown>>

/** @returns what a gateway would silently ignore or refuse in a request */
export function strangeFields(path: string, body: Json): readonly string[] {
  const fields = KNOWN_FIELDS[path]
  return fields === undefined ? [] : strangeIn(path, body, fields)
}

function strangeIn(where: string, body: Json, fields: Fields): string[] {
  return Object.entries(body).flatMap(([name, value]) => {
    const type = fields[name]
    if (type === undefined) return [`${where}: nobody knows "${name}"`]
    if (!fits(type, value)) return [`${where}: "${name}" is no ${type}: ${JSON.stringify(value)}`]
    const inner = where.endsWith('/stubs') && name === 'secrets' ? { name: 'text' as const } : null
    const members = inner ?? KNOWN_MEMBERS[name]
    if (members === undefined) return []
    const parts = Array.isArray(value) ? value : [value]
    return parts.flatMap((part) => strangeIn(`${where} ${name}`, part as Json, members))
  })
}

export function fits(type: FieldType, value: unknown): boolean {
  if (type === 'text') return typeof value === 'string'
  if (type === 'whole') return Number.isInteger(value)
  if (type === 'number') return typeof value === 'number'
  if (type === 'flag') return typeof value === 'boolean'
  if (type === 'texts') return Array.isArray(value) && value.every((one) => typeof one === 'string')
  if (type === 'objects') return Array.isArray(value)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
