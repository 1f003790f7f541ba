// A stand-in for the part of Beam's gateway that deploys: images with their streamed builds, objects, volumes with uploads in parts,
// secrets, stubs, versions and one-shot containers, and the ways in which each fails. What it gets is checked against what beta9
// knows: a request with a member that a gateway would silently ignore is a breach, and every test ends with none.
import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { json, type WebAnswer, type WebRequest, WebStand } from '../../beam/standin/web-stand.ts'
import { CLIENT_TOKEN, WORKSPACE } from '../../beam/standin/workspace.ts'
import { type DeploymentFaults, takes } from './deployment-faults.ts'
import { strangeFields } from './known-fields.ts'
import { ObjectStore } from './object-store.ts'
import { OneShotTasks } from './one-shot-tasks.ts'

type Json = Readonly<Record<string, unknown>>

export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly body?: unknown
}

interface Stub {
  readonly id: string
  readonly body: Json
}
interface Deployment {
  readonly id: string
  readonly name: string
  readonly version: number
  readonly stub: Stub
  active: boolean
}
/** As the hosted service may have it: enough for the queue, and not for anything. */
const MEMORY_LIMIT_MIB = 64 * 1024

export class DeploymentGateway implements AsyncDisposable {
  readonly faults: DeploymentFaults
  readonly recorded: RecordedRequest[] = []
  /** What was answered with JSON, after what was asked. */
  readonly answered: { readonly route: string; readonly json: unknown }[] = []
  readonly breaches: string[] = []
  readonly images = new Set<string>()
  readonly volumes = new Map<string, string>()
  readonly secrets = new Map<string, { value: string; changes: number }>()
  readonly stubs: Stub[] = []
  readonly deployments: Deployment[] = []
  /** Where deployments are called; null: here. */
  invokeOrigin: string | null = null
  readonly #store: ObjectStore
  readonly #tasks: OneShotTasks
  #web: WebStand | null = null
  #nextId = 1

  private constructor(faults: DeploymentFaults) {
    this.faults = faults
    this.#store = new ObjectStore({
      faults,
      breaches: this.breaches,
      url: () => this.url,
      nextId: (kind) => this.#id(kind),
    })
    this.#tasks = new OneShotTasks(faults, () => this.#id('task'))
  }

  static async open(faults: DeploymentFaults = {}): Promise<DeploymentGateway> {
    const gateway = new DeploymentGateway(faults)
    gateway.#web = await WebStand.open((request) => gateway.answer(request))
    return gateway
  }

  get web(): WebStand {
    return this.#web!
  }

  get objects(): ObjectStore['objects'] {
    return this.#store.objects
  }

  get files(): ObjectStore['files'] {
    return this.#store.files
  }

  get uploads(): ObjectStore['uploads'] {
    return this.#store.uploads
  }

  get tasks(): OneShotTasks['all'] {
    return this.#tasks.all
  }

  get url(): string {
    return this.web.url
  }

  /** Of those that change something. */
  get changes(): readonly RecordedRequest[] {
    return this.recorded.filter(
      ({ method, path }) => method !== 'GET' && !path.endsWith('/verify-build'),
    )
  }

  bodyOf(path: string): Json {
    return this.recorded.find((one) => one.path === path && one.body !== undefined)?.body as Json
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.web.goAway()
  }

  #id(kind: string): string {
    const id = `${kind}-${this.#nextId}`
    this.#nextId += 1
    return id
  }

  /** For a gateway that does more than this, too. */
  answer(request: WebRequest): WebAnswer {
    const { method, path, headers, query } = request
    if (path.startsWith('/store/')) return this.#store.put(request)
    if (headers.authorization !== `Bearer ${CLIENT_TOKEN}`)
      return json(401, { message: 'Unauthorized' })
    const body = bodyIn(request)
    const shown = query.size === 0 ? path : `${path}?${query}`
    this.recorded.push({ method, path: shown, ...(body === null ? {} : { body }) })
    this.breaches.push(...strangeFields(path, body ?? {}))
    const refusal = this.faults.refusals?.[path]
    if (refusal !== undefined) return json(200, { ok: false, errMsg: refusal })
    const answer = this.#route(request, body ?? {})
    if (typeof answer === 'object' && 'json' in answer) {
      this.answered.push({ route: `${method} ${path}`, json: answer.json })
    }
    const lost = this.faults.answersLost?.[path] ?? 0
    if (lost === 0) return answer
    Object.assign(this.faults.answersLost!, { [path]: lost - 1 })
    return 'lost'
  }

  #route(request: WebRequest, body: Json): WebAnswer {
    const { method, path } = request
    const route = `${method} ${path.replace('/api/v1/gateway', '').replace(WORKSPACE, 'WS')}`
    switch (route) {
      case 'GET /api/v1/workspace/current':
        return json(200, { external_id: WORKSPACE })
      case 'POST /images/verify-build':
        return this.#verifyImage(body)
      case 'POST /images/build':
        return this.#build(body, request.reply)
      case 'POST /objects':
        return this.#store.createObject(body)
      case 'GET /volumes':
        return json(200, {
          ok: true,
          volumes: [...this.volumes].map(([name, id]) => ({ id, name })),
        })
      case 'POST /volumes':
        return this.#createVolume(body)
      case 'POST /volumes/multipart-upload':
        return this.volumes.has(String(body.volume_name))
          ? this.#store.beginUpload(body)
          : json(200, { ok: false, errMsg: `Volume '${body.volume_name}' not found\n` })
      case 'POST /volumes/multipart-upload/complete':
        return this.#store.completeUpload(body)
      case 'POST /volumes/multipart-upload/abort':
        return json(200, { ok: this.uploads.delete(String(body.upload_id)) })
      case 'POST /volumes/presigned-url':
        return this.#store.linkOfPart(body.params as Json)
      case 'POST /stubs':
        return this.#createStub(body)
      case 'POST /stubs/deploy':
        return this.#deploy(body)
      case 'POST /pods':
        return this.#tasks.run(body)
      case 'POST /tasks/stop':
        return this.#tasks.stop(body)
      case 'GET /api/v1/deployment/WS':
        return this.#listDeployments(request)
      case 'GET /api/v1/task/WS':
        return this.#tasks.list(request.query.get('stub_ids'))
      case 'GET /secret/WS':
        return this.#listSecrets()
      case 'POST /secret/WS':
        return this.#storeSecret(String(body.name), body)
    }
    return this.#routeByPattern(request, body)
  }

  #routeByPattern({ method, path, query, reply }: WebRequest, body: Json): WebAnswer {
    const last = decodeURIComponent(path.split('/').at(-1) ?? '')
    if (method === 'GET' && path.startsWith('/api/v1/gateway/objects/')) {
      const object = this.objects.get(last)
      const exists = object !== undefined && object.bytes !== null
      return json(200, {
        ok: true,
        exists,
        objectId: exists ? object.id : '',
        useWorkspaceStorage: true,
      })
    }
    if (method === 'GET' && path.endsWith('/url')) {
      const found = this.deployments.find(({ id }) => id === query.get('deployment_id'))
      if (found === undefined) return json(200, { ok: false, errMsg: 'Unable to get deployment' })
      return json(200, { ok: true, errMsg: '', url: this.#urlOf(found) })
    }
    const stopped = /\/deployments\/([^/]+)\/stop$/.exec(path)?.[1]
    if (method === 'POST' && stopped !== undefined) {
      const found = this.deployments.find(({ id }) => id === stopped)
      if (found === undefined) return json(200, { ok: false, errMsg: 'Deployment not found' })
      found.active = false
      return json(200, { ok: true, errMsg: '' })
    }
    if (method === 'PATCH' && path.startsWith(`/secret/${WORKSPACE}/`)) {
      return this.#storeSecret(last, body)
    }
    if (method === 'GET' && path.startsWith(`/volume/${WORKSPACE}/ls/`)) {
      const key = decodeURIComponent(path.slice(`/volume/${WORKSPACE}/ls/`.length))
      const file = this.files.get(key)
      if (file === undefined) return json(500, { message: 'Failed to list path' })
      return json(200, [{ path: last, size: file.length, is_dir: false }])
    }
    if (method === 'GET' && path === `/api/v1/logs/${WORKSPACE}/stream`)
      return this.#tasks.logs(query, reply)
    if (method === 'GET' && path.startsWith(`/api/v1/task/${WORKSPACE}/`))
      return this.#tasks.look(last)
    return json(404, { message: 'Not Found' })
  }

  #verifyImage(body: Json): WebAnswer {
    const { python_version: python, build_ctx_object: context } = body
    if (!/^python3(\.\d+)?$/.test(String(python))) {
      return json(500, { code: 2, message: `Python version not supported: ${python}` })
    }
    const isSent = [...this.objects.values()].some(
      ({ id, bytes }) => id === context && bytes !== null,
    )
    if (context !== '' && !isSent) this.breaches.push(`the context ${context} was never sent`)
    const imageId = imageIdOf(body)
    return json(200, { imageId, valid: true, exists: this.images.has(imageId) })
  }

  #build(body: Json, reply: ServerResponse): WebAnswer {
    const imageId = imageIdOf(body)
    const say = (result: Json): string =>
      `${JSON.stringify({ result: { imageId: '', msg: '', done: false, success: false, pythonVersion: '', warning: false, ...result } })}\n`
    const begin =
      say({ msg: 'Unpacking the context ✓\n' }) + say({ msg: 'Step 1/9: FROM node:24\n' })
    const { buildFails } = this.faults
    const end =
      buildFails === undefined
        ? say({ msg: 'Built\n' }) + say({ done: true, success: true, imageId })
        : say({ msg: buildFails, done: true })
    reply.writeHead(200, { 'content-type': 'application/json' })
    if (takes(this.faults, 'buildsLost')) {
      if (this.faults.lostBuildsGoOn === true) this.images.add(imageId)
      reply.write(begin.slice(0, -9), () => reply.destroy())
      return 'streamed'
    }
    if (this.faults.buildHangs === true) {
      reply.write(begin)
      return 'streamed'
    }
    if (buildFails === undefined) this.images.add(imageId)
    writePieces(reply, Buffer.from(begin + end), this.faults.pieceBytes ?? 1 << 20)
    return 'streamed'
  }

  #createVolume({ name }: Json): WebAnswer {
    const id = this.volumes.get(String(name)) ?? this.#id('volume')
    this.volumes.set(String(name), id)
    return json(200, { ok: true, errMsg: '', volume: { id, name, size: '0' } })
  }

  #createStub(body: Json): WebAnswer {
    if (Number(body.memory) > MEMORY_LIMIT_MIB) {
      const errMsg = `Memory must be ${MEMORY_LIMIT_MIB / 1024}GiB or less.`
      return json(200, { ok: false, stubId: '', errMsg, warnMsg: '' })
    }
    if (!this.images.has(String(body.image_id))) this.breaches.push('a stub of no image')
    for (const { id } of body.volumes as readonly { id: string }[]) {
      if (![...this.volumes.values()].includes(id)) this.breaches.push('a stub of no volume')
    }
    for (const { name } of body.secrets as readonly { name: string }[]) {
      if (this.secrets.has(name)) continue
      return json(200, { ok: false, errMsg: `Secret "${name}" does not exist. Create it first.` })
    }
    const isSame = ({ body: other }: Stub): boolean =>
      JSON.stringify(other) === JSON.stringify(body)
    const there = body.force_create === true ? undefined : this.stubs.find(isSame)
    const stub = there ?? { id: this.#id('stub'), body }
    if (there === undefined) this.stubs.push(stub)
    return json(200, { ok: true, stubId: stub.id, errMsg: '', warnMsg: '' })
  }

  #deploy({ stub_id: stubId, name }: Json): WebAnswer {
    const stub = this.stubs.find(({ id }) => id === stubId)
    if (stub === undefined)
      return json(200, { ok: false, deploymentId: '', version: 0, invokeUrl: '' })
    const version = 1 + this.deployments.filter((one) => one.name === name).length
    const deployment = {
      id: this.#id('deployment'),
      name: String(name),
      version,
      stub,
      active: true,
    }
    this.deployments.push(deployment)
    const invokeUrl = this.#urlOf(deployment)
    return json(200, { ok: true, deploymentId: deployment.id, version, invokeUrl })
  }

  #urlOf({ stub, name, version }: Deployment): string {
    return `${this.invokeOrigin ?? this.url}/${String(stub.body.stub_type).split('/')[0]}/${name}/v${version}`
  }

  #listDeployments({ query }: WebRequest): WebAnswer {
    const wanted = this.deployments
      .filter(({ name, active }) => name === query.get('name') && active)
      .map(({ id, name, version, active, stub }) => ({
        id,
        external_id: id,
        name,
        version,
        active,
        stub_type: stub.body.stub_type,
        stub: {
          id: stub.id,
          external_id: stub.id,
          name: stub.body.name,
          type: stub.body.stub_type,
        },
      }))
    return json(200, wanted)
  }

  #listSecrets(): WebAnswer {
    const rows = [...this.secrets].map(([name, { changes }]) => ({
      name,
      updated_at: `2026-11-24T00:00:0${changes}Z`,
    }))
    return json(200, rows.length === 0 ? null : rows)
  }

  #storeSecret(name: string, { value }: Json): WebAnswer {
    const changes = (this.secrets.get(name)?.changes ?? 0) + 1
    this.secrets.set(name, { value: String(value), changes })
    return json(200, { name })
  }
}

function bodyIn({ method, body }: WebRequest): Json | null {
  if (method === 'GET' || body.length === 0) return null
  return JSON.parse(body.toString()) as Json
}

/** Of what it is made of, as at beta9: the same recipe is the same image. */
function imageIdOf({ force_rebuild: _, image_id: __, existing_image_creds: ___, ...recipe }: Json) {
  return createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 16)
}

/** Each piece is an event of its own for who reads. */
function writePieces(reply: ServerResponse, bytes: Buffer, pieceBytes: number): void {
  if (bytes.length === 0) {
    reply.end()
    return
  }
  reply.write(bytes.subarray(0, pieceBytes), () =>
    setImmediate(() => writePieces(reply, bytes.subarray(pieceBytes), pieceBytes)),
  )
}
