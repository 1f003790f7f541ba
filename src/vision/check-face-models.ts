// Checks for the doctor that the shipped face models are complete and unchanged.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Finding } from '../domain/finding.ts'
import { MODEL_FILES, MODEL_FOLDER, type ModelFile } from './model-files.ts'

const SUBJECT = 'Face models'
const MB = 1_000_000

/** @param folder the folder of the files, ending with a slash */
export async function checkFaceModels(folder: URL = MODEL_FOLDER): Promise<Finding> {
  const sizes = await Promise.all(MODEL_FILES.map((file) => sizeIfIntact(file, folder)))
  const broken = MODEL_FILES.filter((_, index) => sizes[index] === null).map(({ name }) => name)
  if (broken.length > 0) {
    const detail = `damaged or missing: ${broken.join(', ')}`
    return { subject: SUBJECT, state: 'missing', detail, advice: 'Install the program again.' }
  }
  const bytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)
  const detail = `detector and 468-point mesh, ${(bytes / MB).toFixed(1)} MB, checksums right`
  return { subject: SUBJECT, state: 'ok', detail, advice: null }
}

/** Bytes of the file; null when it is missing or differs from the shipped one. */
async function sizeIfIntact({ name, sha256 }: ModelFile, folder: URL): Promise<number | null> {
  try {
    const content = await readFile(new URL(name, folder))
    const found = createHash('sha256').update(content).digest('hex')
    return found === sha256 ? content.length : null
  } catch {
    return null
  }
}
