// The workspace that all stand-ins of Beam's gateway have, and the token that lets a client into it.

export const WORKSPACE = '5c1a7c3e-0000-4000-8000-000000000001'
export const CLIENT_TOKEN = 'beam-token-of-the-tests'
