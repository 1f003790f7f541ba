;; The innermost loops of the preview engine: fills triangles with bilinear samples of a texture, four pixels at a time.
;; Assembled to draw-triangles.wasm by `npm run build:wasm`; a test holds that the two agree. The layout of a triangle is in
;; triangle-batch.ts, that of a texture in texture.ts. Whole numbers only, with 16 binary places where they need any, so
;; that every machine draws the same frames. Up to three bytes behind the end of a plane are written again as they are.
(module
  (import "frame" "memory" (memory 1 65536 shared))

  ;; $triangle..$trianglesEnd: 72 bytes each, drawn one over the other
  ;; $width:                   of the plane that is drawn
  ;; $target, $pairs:          first byte of that plane, and of the plane of the texture
  ;; $nextTarget, $nextPairs:  bytes from there to a second plane, drawn from the same places; 0 for none
  ;; $textureWidth, $maxU, $maxV: of the texture plane
  (func (export "drawTriangles")
    (param $triangle i32) (param $trianglesEnd i32) (param $width i32)
    (param $target i32) (param $nextTarget i32) (param $pairs i32) (param $nextPairs i32)
    (param $textureWidth i32) (param $maxU i32) (param $maxV i32)
    (local $half i32) (local $rows i32) (local $line i32) (local $lineU i32) (local $lineV i32)
    (local $left i32) (local $right i32) (local $x i32) (local $count i32)
    (local $pixel i32) (local $mask i32) (local $out i32) (local $old i32) (local $plane i32)
    (local $u v128) (local $v v128) (local $stepU v128) (local $stepV v128)
    (local $fourStepsU v128) (local $fourStepsV v128)
    (local $heldU v128) (local $heldV v128) (local $address v128)
    (local $across v128) (local $down v128) (local $four v128)
    (local $zero v128) (local $lastU v128) (local $lastV v128) (local $pitch v128) (local $base v128)
    (local $places v128) (local $fraction v128) (local $whole v128)
    (local $wholes v128) (local $lowBytes v128) (local $rounding v128)

    ;; Held in registers or on the stack: written in the loop they would be built anew for every four pixels.
    (local.set $zero (v128.const i32x4 0 0 0 0))
    (local.set $places (v128.const i32x4 0 1 2 3))
    (local.set $lastU (i32x4.splat (local.get $maxU)))
    (local.set $lastV (i32x4.splat (local.get $maxV)))
    (local.set $pitch (i32x4.splat (local.get $textureWidth)))
    (local.set $base (i32x4.splat (local.get $pairs)))
    ;; Weights have 7 binary places.
    (local.set $fraction (i32x4.splat (i32.const 127)))
    (local.set $whole (i32x4.splat (i32.const 128)))
    (local.set $wholes (i16x8.splat (i32.const 128)))
    (local.set $lowBytes (i16x8.splat (i32.const 255)))
    (local.set $rounding (i32x4.splat (i32.const 8192)))

    (block $allDone
      (loop $nextTriangle
        (br_if $allDone (i32.ge_u (local.get $triangle) (local.get $trianglesEnd)))
        ;; From pixel to pixel: for four pixels side by side, and from one four to the next.
        (local.set $stepU (v128.load32_splat offset=56 (local.get $triangle)))
        (local.set $stepV (v128.load32_splat offset=60 (local.get $triangle)))
        (local.set $fourStepsU (i32x4.shl (local.get $stepU) (i32.const 2)))
        (local.set $fourStepsV (i32x4.shl (local.get $stepV) (i32.const 2)))
        (local.set $stepU (i32x4.mul (local.get $stepU) (local.get $places)))
        (local.set $stepV (i32x4.mul (local.get $stepV) (local.get $places)))
        ;; The first row, and where its first pixel would be in the texture.
        (local.set $line (i32.add (local.get $target)
          (i32.mul (i32.load (local.get $triangle)) (local.get $width))))
        (local.set $lineU (i32.load offset=48 (local.get $triangle)))
        (local.set $lineV (i32.load offset=52 (local.get $triangle)))

        ;; The rows above the middle corner have one pair of edges, those below it another.
        (local.set $half (i32.const 0))
        (loop $nextHalf
          (local.set $rows (i32.load offset=4 (i32.add (local.get $triangle) (local.get $half))))
          (local.set $left (i32.load offset=8 (i32.add (local.get $triangle) (local.get $half))))
          (local.set $right (i32.load offset=16 (i32.add (local.get $triangle) (local.get $half))))
          (block $halfDone
            (loop $nextRow
              (br_if $halfDone (i32.eqz (local.get $rows)))
              ;; From the first pixel whose centre is right of the left edge up to that of the right edge.
              (local.set $x (i32.shr_s (local.get $left) (i32.const 16)))
              (local.set $x (select (local.get $x) (i32.const 0)
                (i32.gt_s (local.get $x) (i32.const 0))))
              (local.set $count (i32.shr_s (local.get $right) (i32.const 16)))
              (local.set $count (i32.sub
                (select (local.get $count) (local.get $width)
                  (i32.lt_s (local.get $count) (local.get $width)))
                (local.get $x)))
              (if (i32.gt_s (local.get $count) (i32.const 0))
                (then
                  (local.set $pixel (i32.add (local.get $line) (local.get $x)))
                  (local.set $u (i32x4.add (local.get $stepU) (i32x4.splat (i32.add
                    (local.get $lineU)
                    (i32.mul (local.get $x) (i32.load offset=56 (local.get $triangle)))))))
                  (local.set $v (i32x4.add (local.get $stepV) (i32x4.splat (i32.add
                    (local.get $lineV)
                    (i32.mul (local.get $x) (i32.load offset=60 (local.get $triangle)))))))

                  (loop $nextPixels
                    ;; Outside the texture its border goes on.
                    (local.set $heldU (i32x4.max_s
                      (i32x4.min_s (local.get $u) (local.get $lastU))
                      (local.get $zero)))
                    (local.set $heldV (i32x4.max_s
                      (i32x4.min_s (local.get $v) (local.get $lastV))
                      (local.get $zero)))
                    (local.set $u (i32x4.add (local.get $u) (local.get $fourStepsU)))
                    (local.set $v (i32x4.add (local.get $v) (local.get $fourStepsV)))

                    ;; address = pairs + 2 * (row * width + column): 32 bits there are the four pixels around a point
                    (local.set $address (i32x4.add
                      (local.get $base)
                      (i32x4.shl
                        (i32x4.add
                          (i32x4.mul
                            (i32x4.shr_u (local.get $heldV) (i32.const 16))
                            (local.get $pitch))
                          (i32x4.shr_u (local.get $heldU) (i32.const 16)))
                        (i32.const 1))))
                    ;; Weights: the lower pixel's in both halves of a lane; for left and right 128 - w and w.
                    (local.set $down (v128.and
                      (i32x4.shr_u (local.get $heldV) (i32.const 9))
                      (local.get $fraction)))
                    (local.set $down (v128.or
                      (local.get $down)
                      (i32x4.shl (local.get $down) (i32.const 16))))
                    (local.set $across (v128.and
                      (i32x4.shr_u (local.get $heldU) (i32.const 9))
                      (local.get $fraction)))
                    (local.set $across (v128.or
                      (i32x4.sub (local.get $whole) (local.get $across))
                      (i32x4.shl (local.get $across) (i32.const 16))))
                    ;; The bits of the pixels that are left, as a mask: a branch here would often be foretold wrongly.
                    (local.set $mask (i32.wrap_i64 (i64.sub
                      (i64.shl (i64.const 1) (i64.extend_i32_u (i32.shl
                        (select (local.get $count) (i32.const 4)
                          (i32.lt_s (local.get $count) (i32.const 4)))
                        (i32.const 3))))
                      (i64.const 1))))

                    (local.set $out (local.get $pixel))
                    (local.set $plane (local.get $nextPairs))
                    (loop $nextPlane
                      (local.set $four
                        (v128.load32_zero (i32x4.extract_lane 0 (local.get $address))))
                      (local.set $four (v128.load32_lane 1
                        (i32x4.extract_lane 1 (local.get $address)) (local.get $four)))
                      (local.set $four (v128.load32_lane 2
                        (i32x4.extract_lane 2 (local.get $address)) (local.get $four)))
                      (local.set $four (v128.load32_lane 3
                        (i32x4.extract_lane 3 (local.get $address)) (local.get $four)))
                      ;; Down: the left and the right column at once, each in 16 bits. Then across.
                      (local.set $four (i16x8.add
                        (i16x8.mul
                          (v128.and (local.get $four) (local.get $lowBytes))
                          (i16x8.sub (local.get $wholes) (local.get $down)))
                        (i16x8.mul
                          (i16x8.shr_u (local.get $four) (i32.const 8))
                          (local.get $down))))
                      (local.set $four (i32x4.shr_u
                        (i32x4.add
                          (i32x4.dot_i16x8_s (local.get $four) (local.get $across))
                          (local.get $rounding))
                        (i32.const 14)))
                      (local.set $four
                        (i16x8.narrow_i32x4_u (local.get $four) (local.get $four)))
                      (local.set $four
                        (i8x16.narrow_i16x8_u (local.get $four) (local.get $four)))
                      (local.set $old (i32.load (local.get $out)))
                      (i32.store (local.get $out) (i32.xor (local.get $old) (i32.and
                        (local.get $mask)
                        (i32.xor (local.get $old) (i32x4.extract_lane 0 (local.get $four))))))
                      (if (local.get $plane)
                        (then
                          (local.set $plane (i32.const 0))
                          (local.set $out (i32.add (local.get $out) (local.get $nextTarget)))
                          (local.set $address
                            (i32x4.add (local.get $address) (i32x4.splat (local.get $nextPairs))))
                          (br $nextPlane))))

                    (local.set $pixel (i32.add (local.get $pixel) (i32.const 4)))
                    (local.set $count (i32.sub (local.get $count) (i32.const 4)))
                    (br_if $nextPixels (i32.gt_s (local.get $count) (i32.const 0))))))

              (local.set $left (i32.add (local.get $left)
                (i32.load offset=12 (i32.add (local.get $triangle) (local.get $half)))))
              (local.set $right (i32.add (local.get $right)
                (i32.load offset=20 (i32.add (local.get $triangle) (local.get $half)))))
              (local.set $line (i32.add (local.get $line) (local.get $width)))
              (local.set $lineU
                (i32.add (local.get $lineU) (i32.load offset=64 (local.get $triangle))))
              (local.set $lineV
                (i32.add (local.get $lineV) (i32.load offset=68 (local.get $triangle))))
              (local.set $rows (i32.sub (local.get $rows) (i32.const 1)))
              (br $nextRow)))
          (local.set $half (i32.add (local.get $half) (i32.const 20)))
          (br_if $nextHalf (i32.eq (local.get $half) (i32.const 20))))
        (local.set $triangle (i32.add (local.get $triangle) (i32.const 72)))
        (br $nextTriangle)))))
