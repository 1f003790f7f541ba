// Each portrait with each voice.
import { PORTRAITS, syncSuite, VOICES } from '../support/sync-suite.ts'

syncSuite(PORTRAITS.flatMap((portrait) => VOICES.map((voice) => ({ portrait, voice }))))
