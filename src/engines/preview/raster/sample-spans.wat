;; The innermost loop of the preview engine: fills spans of pixels with bilinear samples of a texture, four at a time.
;; Whole numbers only, so that every machine computes the same frames. Assembled to sample-spans.wasm by
;; `npm run build:wasm`; a test holds that the two agree. Layout of spans and pairs: span-list.ts, texture.ts.
(module
  (import "frame" "memory" (memory 1 65536 shared))

  ;; $spans..$spansEnd: six 32-bit integers a span: first pixel, pixels, u, v, step of u, step of v (16 binary places)
  ;; $target, $pairs:   first byte of the plane that is drawn and of the texture plane it is drawn from
  ;; $width:            of the texture plane;  $maxU, $maxV: largest coordinates inside it
  (func (export "sampleSpans")
    (param $spans i32) (param $spansEnd i32) (param $target i32)
    (param $pairs i32) (param $width i32) (param $maxU i32) (param $maxV i32)
    (local $pixel i32) (local $end i32) (local $left i32)
    (local $u v128) (local $v v128) (local $stepU v128) (local $stepV v128)
    (local $heldU v128) (local $heldV v128) (local $address v128) (local $four v128)
    (local $weight v128) (local $bytes v128)

    (block $done
      (loop $nextSpan
        (br_if $done (i32.ge_u (local.get $spans) (local.get $spansEnd)))
        (local.set $pixel (i32.add (local.get $target) (i32.load (local.get $spans))))
        (local.set $end (i32.add (local.get $pixel) (i32.load offset=4 (local.get $spans))))
        ;; Four pixels side by side: u, u + step, u + 2 step, u + 3 step.
        (local.set $stepU (v128.load32_splat offset=16 (local.get $spans)))
        (local.set $stepV (v128.load32_splat offset=20 (local.get $spans)))
        (local.set $u (i32x4.add
          (v128.load32_splat offset=8 (local.get $spans))
          (i32x4.mul (local.get $stepU) (v128.const i32x4 0 1 2 3))))
        (local.set $v (i32x4.add
          (v128.load32_splat offset=12 (local.get $spans))
          (i32x4.mul (local.get $stepV) (v128.const i32x4 0 1 2 3))))
        (local.set $stepU (i32x4.shl (local.get $stepU) (i32.const 2)))
        (local.set $stepV (i32x4.shl (local.get $stepV) (i32.const 2)))
        (local.set $spans (i32.add (local.get $spans) (i32.const 24)))

        (block $spanDone
          (loop $nextPixels
            (br_if $spanDone (i32.ge_u (local.get $pixel) (local.get $end)))
            ;; Outside the texture its border goes on.
            (local.set $heldU (i32x4.max_s
              (i32x4.min_s (local.get $u) (i32x4.splat (local.get $maxU)))
              (v128.const i32x4 0 0 0 0)))
            (local.set $heldV (i32x4.max_s
              (i32x4.min_s (local.get $v) (i32x4.splat (local.get $maxV)))
              (v128.const i32x4 0 0 0 0)))
            (local.set $u (i32x4.add (local.get $u) (local.get $stepU)))
            (local.set $v (i32x4.add (local.get $v) (local.get $stepV)))

            ;; address = pairs + 2 * (row * width + column); 32 bits there are the four pixels around a point
            (local.set $address (i32x4.add
              (i32x4.splat (local.get $pairs))
              (i32x4.shl
                (i32x4.add
                  (i32x4.mul
                    (i32x4.shr_u (local.get $heldV) (i32.const 16))
                    (i32x4.splat (local.get $width)))
                  (i32x4.shr_u (local.get $heldU) (i32.const 16)))
                (i32.const 1))))
            (local.set $four (v128.load32_zero (i32x4.extract_lane 0 (local.get $address))))
            (local.set $four (v128.load32_lane 1
              (i32x4.extract_lane 1 (local.get $address)) (local.get $four)))
            (local.set $four (v128.load32_lane 2
              (i32x4.extract_lane 2 (local.get $address)) (local.get $four)))
            (local.set $four (v128.load32_lane 3
              (i32x4.extract_lane 3 (local.get $address)) (local.get $four)))

            ;; Down: left and right column at once, each in 16 bits, with weights of 7 binary places.
            (local.set $weight (v128.and
              (i32x4.shr_u (local.get $heldV) (i32.const 9))
              (v128.const i32x4 127 127 127 127)))
            (local.set $weight (v128.or
              (local.get $weight)
              (i32x4.shl (local.get $weight) (i32.const 16))))
            (local.set $bytes (i16x8.add
              (i16x8.mul
                (v128.and (local.get $four) (v128.const i16x8 255 255 255 255 255 255 255 255))
                (i16x8.sub
                  (v128.const i16x8 128 128 128 128 128 128 128 128)
                  (local.get $weight)))
              (i16x8.mul
                (i16x8.shr_u (local.get $four) (i32.const 8))
                (local.get $weight))))

            ;; Across: left column times (128 - weight) plus right column times weight.
            (local.set $weight (v128.and
              (i32x4.shr_u (local.get $heldU) (i32.const 9))
              (v128.const i32x4 127 127 127 127)))
            (local.set $weight (v128.or
              (i32x4.sub (v128.const i32x4 128 128 128 128) (local.get $weight))
              (i32x4.shl (local.get $weight) (i32.const 16))))
            (local.set $bytes (i32x4.shr_u
              (i32x4.add
                (i32x4.dot_i16x8_s (local.get $bytes) (local.get $weight))
                (v128.const i32x4 8192 8192 8192 8192))
              (i32.const 14)))
            (local.set $bytes (i8x16.shuffle 0 4 8 12 0 0 0 0 0 0 0 0 0 0 0 0
              (local.get $bytes) (local.get $bytes)))

            (local.set $left (i32.sub (local.get $end) (local.get $pixel)))
            (if (i32.ge_u (local.get $left) (i32.const 4))
              (then (v128.store32_lane 0 (local.get $pixel) (local.get $bytes)))
              (else
                (v128.store8_lane 0 (local.get $pixel) (local.get $bytes))
                (if (i32.ge_u (local.get $left) (i32.const 2))
                  (then (v128.store8_lane offset=1 1 (local.get $pixel) (local.get $bytes))))
                (if (i32.ge_u (local.get $left) (i32.const 3))
                  (then (v128.store8_lane offset=2 2 (local.get $pixel) (local.get $bytes))))))
            (local.set $pixel (i32.add (local.get $pixel) (i32.const 4)))
            (br $nextPixels)))
        (br $nextSpan)))))
