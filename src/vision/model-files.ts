// The files of the face models and their checksums. weights/NOTICE.md names their origin.

export interface ModelFile {
  readonly name: string
  /** Lower-case hex. */
  readonly sha256: string
}

/** The folder that holds them. */
export const MODEL_FOLDER = new URL('./weights/', import.meta.url)

export const MODEL_FILES: readonly ModelFile[] = [
  {
    name: 'blazeface.json',
    sha256: 'cd7bbfc078270572beb39f9e5ae67aadbd50b5e67cff37e6d4f6b3ea39312e5f',
  },
  {
    name: 'blazeface.bin',
    sha256: 'dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72',
  },
  {
    name: 'facemesh.json',
    sha256: 'b60ca26f404724f43bd2b1575761d8265180e1f053cc0731caa68462927309e7',
  },
  {
    name: 'facemesh.bin',
    sha256: '3826da640b0a3021161605369ee6af293f75d518040355b960ec71a3390c1c0b',
  },
]
