;; The innermost loops of the face networks and of the viseme network: four numbers at a time, in single precision. Assembled to
;; network-kernel.wasm by `npm run build:wasm`; a test holds that the two agree. No relaxed instruction, so every machine
;; computes the same numbers.
;;
;; All sizes and distances are in bytes. A pixel whose channels are no multiple of four is written together with up to seven
;; numbers behind it. The order of the loops has those written again later, and behind the last pixel an array has
;; room for them (arena.ts).
(module
  (import "network" "memory" (memory 1 65536 shared))

  ;; output[pixel] = activation(input[pixel] x weights + bias + addend[pixel]): four pixels by eight output channels at a time.
  ;; A pixel of the input is $segments stretches of $segment bytes, $segmentStep apart; pixels are $pixelStep apart.
  ;; The layout of $weights, $bias and $slope is in matrix-product.ts. $addend is 0 for none, else laid out like the output.
  (func (export "multiplyPixels")
    (param $input i32) (param $pixels i32) (param $pixelStep i32)
    (param $segment i32) (param $segments i32) (param $segmentStep i32)
    (param $weights i32) (param $bias i32) (param $slope i32)
    (param $addend i32) (param $output i32) (param $outputStep i32)
    (local $blocks i32) (local $channel i32) (local $weightsStep i32) (local $w i32) (local $left i32)
    (local $next1 i32) (local $next2 i32) (local $next3 i32)
    (local $to i32) (local $to1 i32) (local $to2 i32) (local $to3 i32)
    (local $from i32) (local $from1 i32) (local $from2 i32) (local $from3 i32) (local $end i32)
    (local $count i32) (local $in v128) (local $w0 v128) (local $w1 v128)
    (local $a0 v128) (local $a1 v128) (local $b0 v128) (local $b1 v128)
    (local $c0 v128) (local $c1 v128) (local $d0 v128) (local $d1 v128)

    (local.set $blocks (i32.shr_u (i32.add (local.get $outputStep) (i32.const 31)) (i32.const 5)))
    (local.set $weightsStep (i32.shl
      (i32.mul (local.get $segment) (local.get $segments)) (i32.const 3)))
    (local.set $next1 (local.get $pixelStep))
    (local.set $next2 (i32.mul (local.get $pixelStep) (i32.const 2)))
    (local.set $next3 (i32.mul (local.get $pixelStep) (i32.const 3)))
    (local.set $to1 (local.get $outputStep))
    (local.set $to2 (i32.mul (local.get $outputStep) (i32.const 2)))
    (local.set $to3 (i32.mul (local.get $outputStep) (i32.const 3)))
    (block $allDone
      (loop $nextPixels
        (br_if $allDone (i32.le_s (local.get $pixels) (i32.const 0)))
        ;; What four pixels lack is the last pixel again.
        (if (i32.lt_s (local.get $pixels) (i32.const 4))
          (then
            (local.set $left (i32.sub (local.get $pixels) (i32.const 1)))
            (local.set $next3 (i32.mul (local.get $pixelStep) (local.get $left)))
            (local.set $to3 (i32.mul (local.get $outputStep) (local.get $left)))
            (if (i32.lt_s (local.get $left) (i32.const 2))
              (then
                (local.set $next2 (local.get $next3))
                (local.set $to2 (local.get $to3))
                (local.set $next1 (local.get $next3))
                (local.set $to1 (local.get $to3))))))

        ;; From the last channels to the first, which write over what was written behind the pixel before.
        (local.set $channel (i32.shl (local.get $blocks) (i32.const 5)))
        (local.set $w (i32.add (local.get $weights)
          (i32.mul (local.get $blocks) (local.get $weightsStep))))
        (loop $nextChannels
          (local.set $channel (i32.sub (local.get $channel) (i32.const 32)))
          (local.set $w (i32.sub (local.get $w) (local.get $weightsStep)))
          (local.set $a0 (v128.load (i32.add (local.get $bias) (local.get $channel))))
          (local.set $a1 (v128.load offset=16 (i32.add (local.get $bias) (local.get $channel))))
          (local.set $b0 (local.get $a0)) (local.set $b1 (local.get $a1))
          (local.set $c0 (local.get $a0)) (local.set $c1 (local.get $a1))
          (local.set $d0 (local.get $a0)) (local.set $d1 (local.get $a1))

          (local.set $count (local.get $segments))
          (local.set $from (local.get $input))
          (loop $nextSegment
            (local.set $from1 (i32.add (local.get $from) (local.get $next1)))
            (local.set $from2 (i32.add (local.get $from) (local.get $next2)))
            (local.set $from3 (i32.add (local.get $from) (local.get $next3)))
            (local.set $end (i32.add (local.get $from) (local.get $segment)))
            (loop $nextInput
              (local.set $w0 (v128.load (local.get $w)))
              (local.set $w1 (v128.load offset=16 (local.get $w)))
              (local.set $in (v128.load32_splat (local.get $from)))
              (local.set $a0 (f32x4.add (local.get $a0)
                (f32x4.mul (local.get $in) (local.get $w0))))
              (local.set $a1 (f32x4.add (local.get $a1)
                (f32x4.mul (local.get $in) (local.get $w1))))
              (local.set $in (v128.load32_splat (local.get $from1)))
              (local.set $b0 (f32x4.add (local.get $b0)
                (f32x4.mul (local.get $in) (local.get $w0))))
              (local.set $b1 (f32x4.add (local.get $b1)
                (f32x4.mul (local.get $in) (local.get $w1))))
              (local.set $in (v128.load32_splat (local.get $from2)))
              (local.set $c0 (f32x4.add (local.get $c0)
                (f32x4.mul (local.get $in) (local.get $w0))))
              (local.set $c1 (f32x4.add (local.get $c1)
                (f32x4.mul (local.get $in) (local.get $w1))))
              (local.set $in (v128.load32_splat (local.get $from3)))
              (local.set $d0 (f32x4.add (local.get $d0)
                (f32x4.mul (local.get $in) (local.get $w0))))
              (local.set $d1 (f32x4.add (local.get $d1)
                (f32x4.mul (local.get $in) (local.get $w1))))
              (local.set $w (i32.add (local.get $w) (i32.const 32)))
              (local.set $from (i32.add (local.get $from) (i32.const 4)))
              (local.set $from1 (i32.add (local.get $from1) (i32.const 4)))
              (local.set $from2 (i32.add (local.get $from2) (i32.const 4)))
              (local.set $from3 (i32.add (local.get $from3) (i32.const 4)))
              (br_if $nextInput (i32.lt_u (local.get $from) (local.get $end))))
            (local.set $from (i32.add (local.get $from)
              (i32.sub (local.get $segmentStep) (local.get $segment))))
            (br_if $nextSegment
              (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
          (local.set $w (i32.sub (local.get $w) (local.get $weightsStep)))

          (if (local.get $addend)
            (then
              (local.set $to (i32.add (local.get $addend) (local.get $channel)))
              (local.set $a0 (f32x4.add (local.get $a0) (v128.load (local.get $to))))
              (local.set $a1 (f32x4.add (local.get $a1) (v128.load offset=16 (local.get $to))))
              (local.set $from (i32.add (local.get $to) (local.get $to1)))
              (local.set $b0 (f32x4.add (local.get $b0) (v128.load (local.get $from))))
              (local.set $b1 (f32x4.add (local.get $b1) (v128.load offset=16 (local.get $from))))
              (local.set $from (i32.add (local.get $to) (local.get $to2)))
              (local.set $c0 (f32x4.add (local.get $c0) (v128.load (local.get $from))))
              (local.set $c1 (f32x4.add (local.get $c1) (v128.load offset=16 (local.get $from))))
              (local.set $from (i32.add (local.get $to) (local.get $to3)))
              (local.set $d0 (f32x4.add (local.get $d0) (v128.load (local.get $from))))
              (local.set $d1
                (f32x4.add (local.get $d1) (v128.load offset=16 (local.get $from))))))

          (local.set $w0 (v128.load (i32.add (local.get $slope) (local.get $channel))))
          (local.set $w1 (v128.load offset=16 (i32.add (local.get $slope) (local.get $channel))))
          (local.set $to (i32.add (local.get $output) (local.get $channel)))
          ;; What is negative is multiplied by its slope.
          (local.set $in (v128.const f32x4 0 0 0 0))
          (v128.store (local.get $to) (v128.bitselect
            (f32x4.mul (local.get $a0) (local.get $w0)) (local.get $a0)
            (f32x4.lt (local.get $a0) (local.get $in))))
          (v128.store offset=16 (local.get $to) (v128.bitselect
            (f32x4.mul (local.get $a1) (local.get $w1)) (local.get $a1)
            (f32x4.lt (local.get $a1) (local.get $in))))
          (local.set $from (i32.add (local.get $to) (local.get $to1)))
          (v128.store (local.get $from) (v128.bitselect
            (f32x4.mul (local.get $b0) (local.get $w0)) (local.get $b0)
            (f32x4.lt (local.get $b0) (local.get $in))))
          (v128.store offset=16 (local.get $from) (v128.bitselect
            (f32x4.mul (local.get $b1) (local.get $w1)) (local.get $b1)
            (f32x4.lt (local.get $b1) (local.get $in))))
          (local.set $from (i32.add (local.get $to) (local.get $to2)))
          (v128.store (local.get $from) (v128.bitselect
            (f32x4.mul (local.get $c0) (local.get $w0)) (local.get $c0)
            (f32x4.lt (local.get $c0) (local.get $in))))
          (v128.store offset=16 (local.get $from) (v128.bitselect
            (f32x4.mul (local.get $c1) (local.get $w1)) (local.get $c1)
            (f32x4.lt (local.get $c1) (local.get $in))))
          (local.set $from (i32.add (local.get $to) (local.get $to3)))
          (v128.store (local.get $from) (v128.bitselect
            (f32x4.mul (local.get $d0) (local.get $w0)) (local.get $d0)
            (f32x4.lt (local.get $d0) (local.get $in))))
          (v128.store offset=16 (local.get $from) (v128.bitselect
            (f32x4.mul (local.get $d1) (local.get $w1)) (local.get $d1)
            (f32x4.lt (local.get $d1) (local.get $in))))
          (br_if $nextChannels (local.get $channel)))

        (local.set $input (i32.add
          (local.get $input) (i32.shl (local.get $pixelStep) (i32.const 2))))
        (local.set $output (i32.add
          (local.get $output) (i32.shl (local.get $outputStep) (i32.const 2))))
        (if (local.get $addend)
          (then (local.set $addend (i32.add
            (local.get $addend) (i32.shl (local.get $outputStep) (i32.const 2))))))
        (local.set $pixels (i32.sub (local.get $pixels) (i32.const 4)))
        (br $nextPixels))))

  ;; A 3x3 convolution in which a channel sees only itself. $rowStep is from row to row of the input, $pixelStep from pixel to
  ;; pixel, $stepX and $stepY from window to window. $weights are nine rows of $pixelStep bytes.
  (func (export "convolveChannels")
    (param $input i32) (param $rowStep i32) (param $pixelStep i32) (param $stepX i32) (param $stepY i32)
    (param $weights i32) (param $output i32) (param $width i32) (param $height i32)
    (local $channel i32) (local $top i32) (local $middle i32) (local $bottom i32)
    (local $to i32) (local $end i32) (local $w i32)
    (local $next2 i32)
    (local $w00 v128) (local $w01 v128) (local $w02 v128)
    (local $w10 v128) (local $w11 v128) (local $w12 v128)
    (local $w20 v128) (local $w21 v128) (local $w22 v128)
    (local.set $next2 (i32.shl (local.get $pixelStep) (i32.const 1)))
    (local.set $width (i32.mul (local.get $width) (local.get $pixelStep)))
    (loop $nextRow
      ;; From the last channels to the first, which write over what was written behind the pixel before.
      (local.set $channel (i32.and
        (i32.add (local.get $pixelStep) (i32.const 15)) (i32.const -16)))
      (loop $nextChannels
        (local.set $channel (i32.sub (local.get $channel) (i32.const 16)))
        (local.set $w (i32.add (local.get $weights) (local.get $channel)))
        (local.set $w00 (v128.load (local.get $w)))
        (local.set $w (i32.add (local.get $w) (local.get $pixelStep)))
        (local.set $w01 (v128.load (local.get $w)))
        (local.set $w (i32.add (local.get $w) (local.get $pixelStep)))
        (local.set $w02 (v128.load (local.get $w)))
        (local.set $w (i32.add (local.get $w) (local.get $pixelStep)))
        (local.set $w10 (v128.load (local.get $w)))
        (local.set $w (i32.add (local.get $w) (local.get $pixelStep)))
        (local.set $w11 (v128.load (local.get $w)))
        (local.set $w (i32.add (local.get $w) (local.get $pixelStep)))
        (local.set $w12 (v128.load (local.get $w)))
        (local.set $w (i32.add (local.get $w) (local.get $pixelStep)))
        (local.set $w20 (v128.load (local.get $w)))
        (local.set $w (i32.add (local.get $w) (local.get $pixelStep)))
        (local.set $w21 (v128.load (local.get $w)))
        (local.set $w (i32.add (local.get $w) (local.get $pixelStep)))
        (local.set $w22 (v128.load (local.get $w)))
        (local.set $top (i32.add (local.get $input) (local.get $channel)))
        (local.set $to (i32.add (local.get $output) (local.get $channel)))
        (local.set $end (i32.add (local.get $to) (local.get $width)))
        (loop $nextPixel
          (local.set $middle (i32.add (local.get $top) (local.get $rowStep)))
          (local.set $bottom (i32.add (local.get $middle) (local.get $rowStep)))
          (v128.store (local.get $to)
            (f32x4.add
              (f32x4.add
                (f32x4.add
                  (f32x4.add
                    (f32x4.mul (v128.load (local.get $top)) (local.get $w00))
                    (f32x4.mul
                      (v128.load (i32.add (local.get $top) (local.get $pixelStep)))
                      (local.get $w01)))
                  (f32x4.mul
                    (v128.load (i32.add (local.get $top) (local.get $next2)))
                    (local.get $w02)))
                (f32x4.add
                  (f32x4.add
                    (f32x4.mul (v128.load (local.get $middle)) (local.get $w10))
                    (f32x4.mul
                      (v128.load (i32.add (local.get $middle) (local.get $pixelStep)))
                      (local.get $w11)))
                  (f32x4.mul
                    (v128.load (i32.add (local.get $middle) (local.get $next2)))
                    (local.get $w12))))
              (f32x4.add
                  (f32x4.add
                    (f32x4.mul (v128.load (local.get $bottom)) (local.get $w20))
                    (f32x4.mul
                      (v128.load (i32.add (local.get $bottom) (local.get $pixelStep)))
                      (local.get $w21)))
                  (f32x4.mul
                    (v128.load (i32.add (local.get $bottom) (local.get $next2)))
                    (local.get $w22)))))
          (local.set $top (i32.add (local.get $top) (local.get $stepX)))
          (local.set $to (i32.add (local.get $to) (local.get $pixelStep)))
          (br_if $nextPixel (i32.lt_u (local.get $to) (local.get $end))))
        (br_if $nextChannels (local.get $channel)))
      (local.set $input (i32.add (local.get $input) (local.get $stepY)))
      (local.set $output (i32.add (local.get $output) (local.get $width)))
      (br_if $nextRow (local.tee $height (i32.sub (local.get $height) (i32.const 1))))))

  ;; Each number of the output is the largest of a 2x2 window of its channel.
  (func (export "poolMaximum")
    (param $input i32) (param $rowStep i32) (param $pixelStep i32)
    (param $output i32) (param $width i32) (param $height i32)
    (local $x i32) (local $from i32) (local $below i32) (local $channel i32)
    (loop $nextRow
      (local.set $from (local.get $input))
      (local.set $x (local.get $width))
      (loop $nextPixel
        (local.set $channel (i32.const 0))
        (loop $nextChannels
          (local.set $below (i32.add (i32.add (local.get $from) (local.get $channel))
            (local.get $rowStep)))
          (v128.store (i32.add (local.get $output) (local.get $channel))
            (f32x4.pmax
              (f32x4.pmax
                (v128.load (i32.add (local.get $from) (local.get $channel)))
                (v128.load (i32.add (i32.add (local.get $from) (local.get $channel))
                  (local.get $pixelStep))))
              (f32x4.pmax
                (v128.load (local.get $below))
                (v128.load (i32.add (local.get $below) (local.get $pixelStep))))))
          (br_if $nextChannels (i32.lt_u
            (local.tee $channel (i32.add (local.get $channel) (i32.const 16)))
            (local.get $pixelStep))))
        (local.set $from (i32.add (local.get $from)
          (i32.shl (local.get $pixelStep) (i32.const 1))))
        (local.set $output (i32.add (local.get $output) (local.get $pixelStep)))
        (br_if $nextPixel (local.tee $x (i32.sub (local.get $x) (i32.const 1)))))
      (local.set $input (i32.add (local.get $input)
        (i32.shl (local.get $rowStep) (i32.const 1))))
      (br_if $nextRow (local.tee $height (i32.sub (local.get $height) (i32.const 1))))))

  (func (export "copyRows")
    (param $from i32) (param $fromStep i32) (param $to i32) (param $toStep i32)
    (param $bytes i32) (param $rows i32)
    (loop $nextRow
      (memory.copy (local.get $to) (local.get $from) (local.get $bytes))
      (local.set $from (i32.add (local.get $from) (local.get $fromStep)))
      (local.set $to (i32.add (local.get $to) (local.get $toStep)))
      (br_if $nextRow (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))))
