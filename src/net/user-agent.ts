// How this program introduces itself to the servers it fetches from, so that their operators can name and reach it.
import packageJson from '../../package.json' with { type: 'json' }

export const USER_AGENT = `infinitetalk-hub/${packageJson.version}`
