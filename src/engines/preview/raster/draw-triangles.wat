;; The innermost loops of the preview engine: fills triangles with bilinear samples of a texture, up to eight pixels at a
;; time. Assembled to draw-triangles.wasm by `npm run build:wasm`; a test holds that the two agree. The layout of a triangle
;; is in triangle-batch.ts, that of a texture in texture.ts. Whole numbers only, and of the relaxed instructions only what
;; every machine answers alike (shuffles by 0..15, weights of 7 bits, no product of -1 and -1), so that every machine draws
;; the same frames. Up to seven bytes behind the end of a plane are written again as they are.
;;
;; A triangle is hardly turned or enlarged, so that the samples of pixels side by side lie close together: 16 columns of three
;; rows of the texture, six neighbours of each pixel among them, are three reads of memory. Where they lie further apart the
;; same is done for four, two or one pixel at a time: what is written behind those is written over by the next.
(module
  (import "frame" "memory" (memory 1 65536 shared))

  ;; $triangle..$trianglesEnd: 72 bytes each, drawn one over the other
  ;; $width:                   of the plane that is drawn
  ;; $target, $texture:        first pixel of that plane, and of the plane of the texture
  ;; $nextTarget, $nextTexture: bytes from there to a second plane, drawn from the same places; 0 for none
  ;; $pitch:                   bytes from row to row of the texture
  ;; $textureWidth, $textureHeight: of the texture plane without its margins
  (func (export "drawTriangles")
    (param $triangle i32) (param $trianglesEnd i32) (param $width i32)
    (param $target i32) (param $nextTarget i32) (param $texture i32) (param $nextTexture i32)
    (param $pitch i32) (param $textureWidth i32) (param $textureHeight i32)
    (local $half i32) (local $rows i32) (local $line i32) (local $lineU i32) (local $lineV i32)
    (local $left i32) (local $right i32) (local $x i32) (local $count i32)
    (local $stepU i32) (local $stepV i32) (local $wide i32) (local $highest i32)
    (local $wideU i32) (local $wideV i32) (local $u i32) (local $v i32)
    (local $column i32) (local $row i32) (local $address i32)
    (local $lastColumn i32) (local $lastRow i32)
    (local $pixel i32) (local $out i32) (local $plane i32) (local $old i64) (local $new i64)
    (local $fromU v128) (local $fromV v128) (local $places v128)
    (local $columns v128) (local $across v128) (local $down v128) (local $above v128)
    (local $middle v128) (local $other v128)
    (local $twice v128) (local $neighbour v128) (local $fraction v128) (local $split v128)
    (local $one v128) (local $unit v128) (local $sign v128)

    ;; Held in registers or on the stack: written in the loop they would be built anew for every block.
    (local.set $twice (i16x8.splat (i32.const 0x0101)))
    (local.set $neighbour (i16x8.splat (i32.const 0x0100)))
    ;; Weights across have 7 binary places and add up to 127, those down have 15.
    (local.set $fraction (i16x8.splat (i32.const 127)))
    (local.set $split (i16x8.splat (i32.const 255)))
    (local.set $one (i16x8.splat (i32.const 0x4000)))
    (local.set $unit (i16x8.splat (i32.const 258)))
    (local.set $sign (i8x16.splat (i32.const 0x80)))

    (local.set $lastColumn (i32.add (local.get $textureWidth) (i32.const 16)))
    (local.set $lastRow (i32.add (local.get $textureHeight) (i32.const 3)))

    (block $allDone
      (loop $nextTriangle
        (br_if $allDone (i32.ge_u (local.get $triangle) (local.get $trianglesEnd)))
        (local.set $stepU (i32.load offset=56 (local.get $triangle)))
        (local.set $stepV (i32.load offset=60 (local.get $triangle)))
        ;; How many pixels at a time: the last of them less than 14 columns and less than a row from the first.
        (local.set $wide (i32.const 8))
        (block $fits
          (loop $narrower
            (br_if $fits (i32.and
              (i64.lt_u
                (i64.mul
                  (i64.extend_i32_u (local.get $stepU))
                  (i64.extend_i32_u (i32.sub (local.get $wide) (i32.const 1))))
                (i64.const 0xe0000))
              (i64.lt_u
                (i64.mul
                  (i64.extend_i32_u (select
                    (local.get $stepV)
                    (i32.sub (i32.const 0) (local.get $stepV))
                    (i32.ge_s (local.get $stepV) (i32.const 0))))
                  (i64.extend_i32_u (i32.sub (local.get $wide) (i32.const 1))))
                (i64.const 0x10000))))
            (local.set $wide (i32.shr_u (local.get $wide) (i32.const 1)))
            (br $narrower)))
        (local.set $wideU (i32.mul (local.get $stepU) (local.get $wide)))
        (local.set $wideV (i32.mul (local.get $stepV) (local.get $wide)))
        ;; From the first pixel of a block to its highest sample.
        (local.set $highest (i32.sub (local.get $wideV) (local.get $stepV)))
        (local.set $highest (select (local.get $highest) (i32.const 0)
          (i32.lt_s (local.get $highest) (i32.const 0))))
        ;; From the first pixel of a block to each, with 12 binary places across and 14 down.
        (local.set $places (i32x4.splat (local.get $stepU)))
        (local.set $fromU (i16x8.narrow_i32x4_u
          (i32x4.shr_s
            (i32x4.mul (local.get $places) (v128.const i32x4 0 1 2 3)) (i32.const 4))
          (i32x4.shr_s
            (i32x4.mul (local.get $places) (v128.const i32x4 4 5 6 7)) (i32.const 4))))
        (local.set $places (i32x4.splat (local.get $stepV)))
        (local.set $fromV (i16x8.narrow_i32x4_s
          (i32x4.shr_s
            (i32x4.mul (local.get $places) (v128.const i32x4 0 1 2 3)) (i32.const 2))
          (i32x4.shr_s
            (i32x4.mul (local.get $places) (v128.const i32x4 4 5 6 7)) (i32.const 2))))
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
                  (local.set $u (i32.add
                    (local.get $lineU) (i32.mul (local.get $x) (local.get $stepU))))
                  (local.set $v (i32.add
                    (local.get $lineV) (i32.mul (local.get $x) (local.get $stepV))))

                  (loop $nextPixels
                    (local.set $column (i32.shr_s (local.get $u) (i32.const 16)))
                    (local.set $row (i32.shr_s
                      (i32.add (local.get $v) (local.get $highest)) (i32.const 16)))

                    ;; The column of each pixel's left neighbour among the 16, and of its right one.
                    (local.set $columns (i16x8.add (local.get $fromU) (i16x8.splat
                      (i32.shr_u (i32.and (local.get $u) (i32.const 0xffff)) (i32.const 4)))))
                    (local.set $across (v128.and
                      (i16x8.shr_u (local.get $columns) (i32.const 5)) (local.get $fraction)))
                    (local.set $columns (i16x8.add
                      (i16x8.mul
                        (i16x8.shr_u (local.get $columns) (i32.const 12)) (local.get $twice))
                      (local.get $neighbour)))
                    ;; Their weights: 127 - w and w.
                    (local.set $across (i16x8.add
                      (i16x8.mul (local.get $across) (local.get $split)) (local.get $fraction)))
                    ;; Each sample lies between the second row and the first, or the third: how far from the second?
                    (local.set $down (i16x8.sub
                      (i16x8.add (local.get $fromV) (i16x8.splat (i32.shr_s
                        (i32.sub (local.get $v) (i32.shl (local.get $row) (i32.const 16)))
                        (i32.const 2))))
                      (local.get $one)))
                    (local.set $above (i16x8.shr_s (local.get $down) (i32.const 15)))
                    (local.set $down (i16x8.abs (local.get $down)))
                    (local.set $down (i16x8.add_sat_s (local.get $down) (local.get $down)))

                    ;; Outside the texture its border goes on: so do its margins, and further out nothing changes.
                    (block $inside
                      (block $outside
                        (br_if $outside (i32.gt_u
                          (i32.add (local.get $column) (i32.const 16)) (local.get $lastColumn)))
                        (br_if $inside (i32.le_u
                          (i32.add (local.get $row) (i32.const 3)) (local.get $lastRow))))
                      (local.set $column (select (local.get $column) (i32.const -16)
                        (i32.gt_s (local.get $column) (i32.const -16))))
                      (local.set $column (select (local.get $column) (local.get $textureWidth)
                        (i32.lt_s (local.get $column) (local.get $textureWidth))))
                      (local.set $row (select (local.get $row) (i32.const -3)
                        (i32.gt_s (local.get $row) (i32.const -3))))
                      (local.set $row (select (local.get $row) (local.get $textureHeight)
                        (i32.lt_s (local.get $row) (local.get $textureHeight)))))
                    (local.set $address (i32.add
                      (i32.add (local.get $texture) (local.get $column))
                      (i32.mul (local.get $row) (local.get $pitch))))
                    (local.set $out (local.get $pixel))
                    (local.set $plane (local.get $nextTexture))
                    (loop $nextPlane
                      ;; Across: both rows of each pixel as 127 times the pixel, less 128. Then down.
                      (local.set $other (v128.bitselect
                        (i8x16.relaxed_swizzle
                          (v128.load (local.get $address)) (local.get $columns))
                        (i8x16.relaxed_swizzle
                          (v128.load (i32.add (local.get $address)
                            (i32.shl (local.get $pitch) (i32.const 1))))
                          (local.get $columns))
                        (local.get $above)))
                      (local.set $middle (i16x8.relaxed_dot_i8x16_i7x16_s
                        (i8x16.relaxed_swizzle
                          (v128.load (i32.add (local.get $address) (local.get $pitch)))
                          (local.get $columns))
                        (local.get $across)))
                      (local.set $other (i16x8.relaxed_dot_i8x16_i7x16_s
                        (local.get $other) (local.get $across)))
                      (local.set $middle (i16x8.add (local.get $middle) (i16x8.relaxed_q15mulr_s
                        (i16x8.sub (local.get $other) (local.get $middle)) (local.get $down))))
                      (local.set $middle
                        (i16x8.relaxed_q15mulr_s (local.get $middle) (local.get $unit)))
                      (local.set $middle (v128.xor (local.get $sign)
                        (i8x16.narrow_i16x8_s (local.get $middle) (local.get $middle))))
                      (local.set $new (i64x2.extract_lane 0 (local.get $middle)))
                      (if (i32.lt_s (local.get $count) (i32.const 8))
                        (then
                          ;; What lies behind the end of the row stays.
                          (local.set $old (i64.load (local.get $out)))
                          (local.set $new (i64.xor (local.get $old) (i64.and
                            (i64.xor (local.get $old) (local.get $new))
                            (i64.shr_u (i64.const -1) (i64.extend_i32_u (i32.shl
                              (i32.sub (i32.const 8) (local.get $count)) (i32.const 3)))))))))
                      (i64.store (local.get $out) (local.get $new))
                      (if (local.get $plane)
                        (then
                          (local.set $plane (i32.const 0))
                          (local.set $out (i32.add (local.get $out) (local.get $nextTarget)))
                          (local.set $address
                            (i32.add (local.get $address) (local.get $nextTexture)))
                          (br $nextPlane))))

                    (local.set $u (i32.add (local.get $u) (local.get $wideU)))
                    (local.set $v (i32.add (local.get $v) (local.get $wideV)))
                    (local.set $pixel (i32.add (local.get $pixel) (local.get $wide)))
                    (local.set $count (i32.sub (local.get $count) (local.get $wide)))
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
