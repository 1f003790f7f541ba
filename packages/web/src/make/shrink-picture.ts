// A photo of more pixels than the hub accepts, made smaller here: the video has far fewer anyway. What is transparent stays so: the hub
// puts its own grey behind it.

/** Below the hub's default bound of 50 megapixels, with room for hubs that allow less. */
const MAX_PIXELS = 24_000_000
const QUALITY = 0.92
/** A broken file may never load. */
const LOOK_MS = 10_000

/** @returns the same bytes for a picture that is small enough, and for one that the browser cannot read */
export async function shrinkPicture(picture: Blob): Promise<Blob> {
  try {
    if ((await pixelsOf(picture)) <= MAX_PIXELS) return picture
    const bitmap = await createImageBitmap(picture)
    const { width, height } = bitmap
    const scale = Math.min(1, Math.sqrt(MAX_PIXELS / (width * height)))
    try {
      return await draw(
        bitmap,
        Math.floor(width * scale),
        Math.floor(height * scale),
        typeFor(picture.type),
      )
    } finally {
      bitmap.close()
    }
  } catch {
    return picture
  }
}

/** JPEG has no transparency; a photo that came without it is smaller as JPEG. */
function typeFor(type: string): 'image/jpeg' | 'image/webp' {
  return /^image\/(jpe?g|heic|heif)$/.test(type) ? 'image/jpeg' : 'image/webp'
}

/** Reads only the head of the file: most pictures are small, and decoding all of them would cost a second each. */
async function pixelsOf(picture: Blob): Promise<number> {
  const url = URL.createObjectURL(picture)
  try {
    const image = new Image()
    const loaded = new Promise<void>((resolve, reject) => {
      image.onload = () => resolve()
      image.onerror = () => reject(new Error('This browser cannot read the picture.'))
      setTimeout(() => reject(new Error('The picture does not load.')), LOOK_MS)
    })
    image.src = url
    await loaded
    return image.naturalWidth * image.naturalHeight
  } finally {
    URL.revokeObjectURL(url)
  }
}

async function draw(
  bitmap: ImageBitmap,
  width: number,
  height: number,
  type: string,
): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('This browser cannot draw.')
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, width, height)
  return new Promise((resolve, reject) => {
    // A browser that cannot write WebP writes PNG, which is transparent as well.
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('This browser cannot draw.')) : resolve(blob)),
      type,
      QUALITY,
    )
  })
}
