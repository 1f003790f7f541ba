// A photo of more pixels than the hub accepts, made smaller here: the video has far fewer anyway.

/** Below the hub's default bound of 50 megapixels, with room for hubs that allow less. */
const MAX_PIXELS = 24_000_000
/** A file with fewer bytes holds fewer pixels, or a picture so plain that the hub may judge it. */
const LARGE_BYTES = 3_000_000
const QUALITY = 0.92

/** @returns the same bytes for a picture that is small enough, and for one that the browser cannot read */
export async function shrinkPicture(picture: Blob): Promise<Blob> {
  if (picture.size < LARGE_BYTES) return picture
  try {
    const bitmap = await createImageBitmap(picture)
    const { width, height } = bitmap
    const scale = Math.sqrt(MAX_PIXELS / (width * height))
    try {
      return scale >= 1
        ? picture
        : await draw(bitmap, Math.floor(width * scale), Math.floor(height * scale))
    } finally {
      bitmap.close()
    }
  } catch {
    return picture
  }
}

async function draw(bitmap: ImageBitmap, width: number, height: number): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('This browser cannot draw.')
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, width, height)
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('This browser cannot draw.')) : resolve(blob)),
      'image/jpeg',
      QUALITY,
    )
  })
}
