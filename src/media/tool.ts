// ffmpeg and ffprobe as found on this machine. findTools() finds them once; their callers pass them on.

export interface Tool {
  readonly name: 'ffmpeg' | 'ffprobe'
  readonly path: string
  /** As the program prints it, e.g. `5.1.9-0+deb12u1` or `N-47683-g0e8eb07980-static`. */
  readonly version: string
  /** Major version; null for builds without one (the npm-shipped one of 2018). */
  readonly major: number | null
  readonly origin: 'config' | 'path' | 'npm'
}

export interface Tools {
  readonly ffmpeg: Tool
  readonly ffprobe: Tool
}
