// An image at Beam: asked for by what it is made of, built when it is not there. The build is followed line by line; when the
// connection is lost meanwhile, the build may well go on, so it is asked again before anything is begun anew.
import { isRecord } from '@infinitetalk/contract'
import type { DeploymentWatcher } from '../app/ports/deployment.ts'
import { pause } from '../async/pause.ts'
import type { ImageSource } from '../domain/deployment-spec.ts'
import { AppError } from '../domain/errors.ts'
import { explainAnswer, open, parseJson, toRequestError } from '../engines/cloud/cloud-request.ts'
import { readBoundedText } from '../net/bounded-answer.ts'
import { call, type Gateway, type Json, refused, textIn, wordsOf } from './gateway.ts'
import { readJsonLines } from './json-lines.ts'
import { printedLines } from './printed-lines.ts'

/** What an image is made of, as Beam takes it. Python is not ours to install: the image brings its own. */
export interface ImageRecipe {
  readonly existing_image_uri: string
  readonly dockerfile: string
  readonly build_ctx_object: string
}

export interface FoundImage {
  readonly id: string
  readonly exists: boolean
}

export interface BuildTimes {
  /** Of one build, base images of several GB included. */
  readonly buildMs: number
  /** Before a build that was lost is asked for again. */
  readonly retryMs: number
}

export const BUILD_TIMES: BuildTimes = { buildMs: 90 * 60_000, retryMs: 10_000 }
const VERIFY_PATH = '/api/v1/gateway/images/verify-build'
const BUILD_PATH = '/api/v1/gateway/images/build'
/** The digest of a base image is looked up in its registry meanwhile. */
const VERIFY_MS = 120_000
const MAX_BUILDS = 3
const MAX_ERROR_BYTES = 64 * 1024

export function recipeOf(image: ImageSource, dockerfile: string, contextId: string): ImageRecipe {
  return image.from === 'registry'
    ? { existing_image_uri: image.uri, dockerfile: '', build_ctx_object: '' }
    : { existing_image_uri: '', dockerfile, build_ctx_object: contextId }
}

export function verifyRequest(recipe: ImageRecipe): Json {
  return { ...everyImage(recipe), force_rebuild: false, image_id: '' }
}

export function buildRequest(recipe: ImageRecipe, credentials: Json): Json {
  return { ...everyImage(recipe), existing_image_creds: credentials }
}

function everyImage(recipe: ImageRecipe): Json {
  return {
    python_version: 'python3',
    python_packages: [],
    commands: [],
    build_steps: [],
    env_vars: [],
    secrets: [],
    // Otherwise another Python is installed over the one that ComfyUI runs on.
    ignore_python: true,
    ...recipe,
  }
}

/** @throws AppError `deployment_refused` for a recipe that cannot be built */
export async function findImage(
  gateway: Gateway,
  recipe: ImageRecipe,
  signal: AbortSignal,
): Promise<FoundImage> {
  const json = await call(gateway, {
    method: 'POST',
    path: VERIFY_PATH,
    body: verifyRequest(recipe),
    what: 'the image',
    signal,
    timeoutMs: VERIFY_MS,
  })
  // grpc-gateway leaves out nothing, but a proxy before it may: only a clear no is one.
  if (json.valid === false) throw refused('the image', json)
  return {
    id: textIn(gateway, json, ['imageId', 'image_id'], 'the image'),
    exists: json.exists === true,
  }
}

export interface BuildOptions {
  readonly recipe: ImageRecipe
  readonly credentials: Json
  readonly watcher: DeploymentWatcher
  readonly signal: AbortSignal
  readonly times: BuildTimes
}

/** @returns its id. @throws AppError `deployment_failed` with the words of the build */
export async function buildImage(gateway: Gateway, options: BuildOptions): Promise<string> {
  const { recipe, watcher, signal, times } = options
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await buildOnce(gateway, options)
    } catch (thrown) {
      const isLost = thrown instanceof AppError && thrown.code === 'engine_unreachable'
      if (signal.aborted || !isLost || attempt === MAX_BUILDS) throw thrown
      watcher.onWarning(`${thrown.detail} Asking again.`)
      await pause(times.retryMs, signal)
      const found = await findImage(gateway, recipe, signal)
      if (found.exists) return found.id
    }
  }
}

async function buildOnce(
  gateway: Gateway,
  { recipe, credentials, watcher, signal, times }: BuildOptions,
): Promise<string> {
  const body = JSON.stringify(buildRequest(recipe, credentials))
  const request = { method: 'POST', path: BUILD_PATH, body, signal } as const
  const deadline = AbortSignal.timeout(times.buildMs)
  try {
    const response = await open(gateway.address, request, AbortSignal.any([signal, deadline]))
    if (response.status !== 200 || response.body === null) {
      const text = await readBoundedText(response, MAX_ERROR_BYTES, 'Beam').catch(() => '')
      const answer = { status: response.status, text, json: parseJson(text) }
      throw explainAnswer(gateway.address, answer, 'the image')
    }
    return await followBuild(gateway, response.body, watcher)
  } catch (thrown) {
    if (deadline.aborted && !signal.aborted) {
      const minutes = Math.round(times.buildMs / 60_000)
      throw new AppError('deployment_failed', `The image was not built within ${minutes} min.`)
    }
    throw toRequestError(thrown, gateway.address, request)
  }
}

async function followBuild(
  gateway: Gateway,
  body: AsyncIterable<Uint8Array>,
  watcher: DeploymentWatcher,
): Promise<string> {
  let last = ''
  for await (const line of readJsonLines(body)) {
    const { result, error } = isRecord(line) ? line : {}
    if (isRecord(error)) throw buildFailed(wordsOf(error))
    if (!isRecord(result)) continue
    const text = wordsOf({ msg: result.msg })
    if (result.done === true) {
      if (result.success === true)
        return textIn(gateway, result, ['imageId', 'image_id'], 'the image')
      throw buildFailed(text === '' ? last : text)
    }
    if (text === '') continue
    last = text
    if (result.warning === true) watcher.onWarning(text)
    else for (const shown of printedLines(String(result.msg))) watcher.onOutput(shown)
  }
  const detail = 'Beam ended the connection before the image was built.'
  throw new AppError('engine_unreachable', detail)
}

function buildFailed(words: string): AppError {
  const said = words === '' ? ', and does not say why' : `: ${words}`
  return new AppError('deployment_failed', `Beam could not build the image${said}.`)
}
