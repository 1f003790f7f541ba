// The workspace of all stand-ins of Beam's gateway, and the token that gives access to it.

export const WORKSPACE = '5c1a7c3e-0000-4000-8000-000000000001'
export const CLIENT_TOKEN = 'beam-token-of-the-tests'
