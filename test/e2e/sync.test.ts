// Each portrait with one of the voices. `npm run test:long` measures each portrait with each voice.
import { PORTRAITS, syncSuite, VOICES } from '../support/sync-suite.ts'

syncSuite(PORTRAITS.map((portrait, index) => ({ portrait, voice: VOICES[index]! })))
