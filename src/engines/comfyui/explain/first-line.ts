// Makes a message of ComfyUI or its nodes fit for an error that the sender of the job reads: the first line with words, bounded,
// without the folders of the server and without the query of a URL.

const MAX_CHARS = 200
/** Enough for any first line; a node may put a whole tensor into its message. */
const MAX_READ_CHARS = 4000

const QUOTED_PATH = /(['"])(?:[A-Za-z]:)?[\\/][^'"]*?([^\\/'"]*)[\\/]*\1/g
const FOLDERS = /(?<![^\s'"(=[])(?:[A-Za-z]:)?(?:[\\/]+[^\\/\s:'"]+)*[\\/]+(?=[^\\/\s:'"])/g
const URL_WITH_QUERY = /(\bhttps?:\/\/[^\s'"?]+)\?[^\s'"]*/g

/** Empty when nothing was said. */
export function firstLine(text: string): string {
  const lines = text.slice(0, MAX_READ_CHARS).split('\n')
  const line = lines
    .map((said) => said.replaceAll(/\p{Cc}/gu, ' ').trim())
    .find((said) => said !== '')
  const safe = (line ?? '')
    .replaceAll(URL_WITH_QUERY, '$1')
    .replaceAll(QUOTED_PATH, '$1$2$1')
    .replaceAll(FOLDERS, '')
  const short = safe.length > MAX_CHARS ? `${safe.slice(0, MAX_CHARS - 3)}...` : safe
  return short.toWellFormed().replace(/[.:]$/, '')
}

/** The last part of a path, as either kind of server writes it. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path
}
