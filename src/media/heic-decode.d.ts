// The part of heic-decode that this program uses; the package brings no types.
declare module 'heic-decode' {
  interface DecodedImage {
    readonly width: number
    readonly height: number
    /** RGBA, 8 bit. */
    readonly data: Uint8ClampedArray
  }
  interface HeicImage {
    readonly width: number
    readonly height: number
    decode(): Promise<DecodedImage>
  }
  interface HeicImages extends ReadonlyArray<HeicImage> {
    dispose(): void
  }
  const decode: { all(input: { readonly buffer: Uint8Array }): Promise<HeicImages> }
  export default decode
}
