#!/usr/bin/env node
// The command line, on any Node that can start this file.
import { setFlagsFromString } from 'node:v8'
import { launch } from './launch.js'

// Files go through a hub in chunks that are garbage at once. A young generation that grows lets 60 to 90 MB of them pile up
// between two collections; one that stays small frees them as they come, at the same speed (test/faults/http-memory).
if (process.argv[2] === 'serve') setFlagsFromString('--semi-space-growth-factor=1')
await launch('cli.ts')
