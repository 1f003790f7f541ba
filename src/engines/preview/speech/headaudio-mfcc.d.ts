// What the tests use of a module that comes without types.
declare module '@met4citizen/headaudio/modules/mfcc.mjs' {
  export class MFCC {
    /** @param samples one window at 16 kHz */
    compute(samples: Float32Array): { readonly mfcc: ArrayLike<number> }
  }
}
