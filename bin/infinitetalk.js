#!/usr/bin/env node
// The command line, on any Node that can start this file.
import { setFlagsFromString } from 'node:v8'
import { launch } from './launch.js'

// A hub passes files on, and a render its frames, in chunks that become garbage at once. A growing young generation lets 60 to
// 90 MB of them accumulate between two collections; a small one frees them early, at the same speed (test/faults/http-memory).
if (['serve', 'generate'].includes(process.argv[2]))
  setFlagsFromString('--semi-space-growth-factor=1')
await launch('cli.ts')
