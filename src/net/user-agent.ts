// The name of this program in its requests, so that operators of servers can identify and reach it.
import packageJson from '../../package.json' with { type: 'json' }

export const USER_AGENT = `infinitetalk-hub/${packageJson.version}`
