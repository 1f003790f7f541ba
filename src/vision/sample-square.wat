;; The innermost loop of sample-square.ts, where the numbers are explained: bilinear samples of a picture, red, green and blue at
;; a time. Assembled to sample-square.wasm by `npm run build:wasm`; a test holds that the two agree.
(module
  (import "picture" "memory" (memory 1 65536 shared))

  ;; $output:   row $y of the output, $side pixels of three numbers; a fourth is written behind the last
  ;; $firstX, $firstY: the first sample, in pixels of the picture; $stepX and $stepY lead to the next of its row
  ;; $picture:  where row 0 of the picture is, or would be; two bytes are read behind its last pixel
  (func (export "sampleRow")
    (param $output i32) (param $y i32) (param $side i32) (param $taps i32)
    (param $firstX f64) (param $firstY f64) (param $stepX f64) (param $stepY f64)
    (param $picture i32) (param $width f64) (param $height f64)
    (param $gain f32) (param $offset f32)
    (local $x i32) (local $tapX i32) (local $tapY i32) (local $endX i32) (local $endY i32)
    (local $alongX f64) (local $alongY f64) (local $u f64) (local $v f64)
    (local $column i32) (local $row i32) (local $rowBytes i32) (local $at i32)
    (local $lastX f64) (local $lastY f64)
    (local $sum v128) (local $upper v128) (local $lower v128) (local $right v128)
    ;; A sample between the last two pixels reads both.
    (local.set $lastX (f64.sub (local.get $width) (f64.const 1.001)))
    (local.set $lastY (f64.sub (local.get $height) (f64.const 1.001)))
    (local.set $rowBytes (i32.mul (i32.trunc_sat_f64_s (local.get $width)) (i32.const 3)))
    (local.set $endY (i32.mul (i32.add (local.get $y) (i32.const 1)) (local.get $taps)))
    (loop $nextPixel
      (local.set $sum (v128.const i32x4 0 0 0 0))
      (local.set $endX (i32.mul (i32.add (local.get $x) (i32.const 1)) (local.get $taps)))
      (local.set $tapY (i32.sub (local.get $endY) (local.get $taps)))
      (loop $nextLine
        (local.set $alongX (f64.sub (local.get $firstX)
          (f64.mul (f64.convert_i32_s (local.get $tapY)) (local.get $stepY))))
        (local.set $alongY (f64.add (local.get $firstY)
          (f64.mul (f64.convert_i32_s (local.get $tapY)) (local.get $stepX))))
        (local.set $tapX (i32.sub (local.get $endX) (local.get $taps)))
        (loop $nextSample
          (local.set $u (f64.add (local.get $alongX)
            (f64.mul (f64.convert_i32_s (local.get $tapX)) (local.get $stepX))))
          (local.set $v (f64.add (local.get $alongY)
            (f64.mul (f64.convert_i32_s (local.get $tapX)) (local.get $stepY))))
          (block $outside
            (br_if $outside (f64.lt (local.get $u) (f64.const -1)))
            (br_if $outside (f64.lt (local.get $v) (f64.const -1)))
            (br_if $outside (f64.gt (local.get $u) (local.get $width)))
            (br_if $outside (f64.gt (local.get $v) (local.get $height)))
            (local.set $u (select (local.get $u) (f64.const 0)
              (f64.gt (local.get $u) (f64.const 0))))
            (local.set $u (select (local.get $u) (local.get $lastX)
              (f64.lt (local.get $u) (local.get $lastX))))
            (local.set $v (select (local.get $v) (f64.const 0)
              (f64.gt (local.get $v) (f64.const 0))))
            (local.set $v (select (local.get $v) (local.get $lastY)
              (f64.lt (local.get $v) (local.get $lastY))))
            (local.set $column (i32.trunc_sat_f64_s (local.get $u)))
            (local.set $row (i32.trunc_sat_f64_s (local.get $v)))
            (local.set $at (i32.add (local.get $picture) (i32.add
              (i32.mul (local.get $row) (local.get $rowBytes))
              (i32.mul (local.get $column) (i32.const 3)))))
            (local.set $right (f32x4.splat (f32.demote_f64
              (f64.sub (local.get $u) (f64.convert_i32_s (local.get $column))))))
            (local.set $upper (f32x4.convert_i32x4_u (i32x4.extend_low_i16x8_u
              (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $at))))))
            (local.set $upper (f32x4.add (local.get $upper) (f32x4.mul (local.get $right)
              (f32x4.sub
                (f32x4.convert_i32x4_u (i32x4.extend_low_i16x8_u
                  (i16x8.extend_low_i8x16_u (v128.load32_zero offset=3 (local.get $at)))))
                (local.get $upper)))))
            (local.set $at (i32.add (local.get $at) (local.get $rowBytes)))
            (local.set $lower (f32x4.convert_i32x4_u (i32x4.extend_low_i16x8_u
              (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $at))))))
            (local.set $lower (f32x4.add (local.get $lower) (f32x4.mul (local.get $right)
              (f32x4.sub
                (f32x4.convert_i32x4_u (i32x4.extend_low_i16x8_u
                  (i16x8.extend_low_i8x16_u (v128.load32_zero offset=3 (local.get $at)))))
                (local.get $lower)))))
            (local.set $sum (f32x4.add (local.get $sum) (f32x4.add (local.get $upper)
              (f32x4.mul
                (f32x4.splat (f32.demote_f64
                  (f64.sub (local.get $v) (f64.convert_i32_s (local.get $row)))))
                (f32x4.sub (local.get $lower) (local.get $upper)))))))
          (br_if $nextSample (i32.lt_s
            (local.tee $tapX (i32.add (local.get $tapX) (i32.const 1))) (local.get $endX))))
        (br_if $nextLine (i32.lt_s
          (local.tee $tapY (i32.add (local.get $tapY) (i32.const 1))) (local.get $endY))))
      (v128.store (local.get $output) (f32x4.add
        (f32x4.mul (local.get $sum) (f32x4.splat (local.get $gain)))
        (f32x4.splat (local.get $offset))))
      (local.set $output (i32.add (local.get $output) (i32.const 12)))
      (br_if $nextPixel (i32.lt_s
        (local.tee $x (i32.add (local.get $x) (i32.const 1))) (local.get $side))))))
