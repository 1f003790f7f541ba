// The mouth shapes that the ear tells apart: sounds that look alike are one viseme. The order is that of the network's
// outputs, CLASSES in training/visemes/classes.py.

export const VISEMES = [
  'sil',
  'PP',
  'FF',
  'TH',
  'DD',
  'nn',
  'LL',
  'SS',
  'CH',
  'kk',
  'RR',
  'hh',
  'aa',
  'E',
  'I',
  'O',
  'U',
  '@',
] as const

export type Viseme = (typeof VISEMES)[number]
