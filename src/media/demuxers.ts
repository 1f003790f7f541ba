// ffmpeg's demuxers that ffprobe may choose for a voice whose first bytes are on no list of sniff.ts. They read sound, or old
// videos with sound. None of them opens another file: playlists, session descriptions and lists of pictures are excluded.
export const GUESSED_DEMUXERS = [
  ...['ac3', 'eac3', 'dts', 'dtshd', 'truehd', 'mlp', 'loas', 'mp3', 'aac', 'gsm', 'ircam', 'shn'],
  ...['tta', 'wv', 'ape', 'tak', 'mpc', 'mpc8', 'voc', 'adx', 'sox', 'oma', 'qcp', 'pvf', 'avr'],
  ...['paf', 'dss', 'rso', 'vqf', 'xwma', 'msf', 'aea', 'iff', 'dsf', 'rm', 'flv', 'nut', 'mpeg'],
] as const

export type GuessedContainer = (typeof GUESSED_DEMUXERS)[number]
