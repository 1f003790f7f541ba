// What the commands may ask of the product. main/ builds it; nothing here is started before a command needs it.
import type { GeneratedFile, GenerateToFile } from '../app/generate-to-file.ts'
import type { FoundFace } from '../app/ports/faces.ts'
import type { Finding } from '../domain/finding.ts'

export interface SettingRow {
  readonly name: string
  readonly environment: string
  /** As text, secrets masked. */
  readonly value: string
  readonly origin: 'default' | 'environment' | 'file'
  readonly help: string
}

export interface Services {
  readonly version: string
  readonly currentFolder: string
  nowMs(): number
  generateToFile(request: GenerateToFile): Promise<GeneratedFile>
  /** `source` is a path or a URL, as in `--image`. */
  findFaces(source: string, signal: AbortSignal): Promise<readonly FoundFace[]>
  /** Looks at everything a render needs on this machine. */
  examineMachine(signal: AbortSignal): Promise<readonly Finding[]>
  /** The effective configuration. */
  describeSettings(): readonly SettingRow[]
}
