// Asks for an API key if the hub wants one. The key is kept for this tab, or for this browser when told to remember, and never in an
// address.

import { useState } from 'preact/hooks'
import { canBeToken } from '../hub/hub-connection.ts'
import { say } from '../language/say.ts'
import { Notice } from '../ui/notice.tsx'
import { useFocusOnce } from '../ui/use-focus-once.ts'

interface SignInProps {
  /** The hub does not accept the key that was given, or not any more. */
  readonly wrong: boolean
  /** @param remember keeps the key in this browser, for all its tabs */
  readonly onKey: (key: string, remember: boolean) => void
}

export function SignIn({ wrong, onKey }: SignInProps) {
  const [key, setKey] = useState('')
  const [remember, setRemember] = useState(false)
  const [mistyped, setMistyped] = useState(false)
  const field = useFocusOnce<HTMLInputElement>()
  const submit = (event: Event): void => {
    event.preventDefault()
    const typed = key.trim()
    setMistyped(!canBeToken(typed))
    if (canBeToken(typed)) onKey(typed, remember)
  }
  return (
    <main class="sign-in" id="main" tabIndex={-1}>
      <form class="card" onSubmit={submit}>
        <h1>{say('Sign in')}</h1>
        <p class="muted">
          {say('This hub asks for an API key. The person who runs the hub can give you one.')}
        </p>
        <label class="field">
          <span class="label">{say('API key')}</span>
          <input
            type="password"
            autocomplete="current-password"
            value={key}
            onInput={(event) => setKey(event.currentTarget.value)}
            ref={field}
            required
          />
        </label>
        <label class="choose">
          <input
            type="checkbox"
            checked={remember}
            onChange={(event) => setRemember(event.currentTarget.checked)}
          />
          {say('Remember on this browser')}
        </label>
        {(wrong || mistyped) && (
          <Notice
            failure={{
              message: say('The hub does not know this key.'),
              hint: say('Check that you copied all of it. It may also have been withdrawn.'),
              code: 'unauthenticated',
              pointer: null,
              requestId: null,
            }}
          />
        )}
        <button type="submit" class="primary">
          {say('Sign in')}
        </button>
        <p class="small muted">
          {remember
            ? say(
                'The key is kept in this browser until you sign out. Only do so on your own machine.',
              )
            : say('The key is kept until this tab is closed.')}{' '}
          {say('It never appears in a URL.')}
        </p>
      </form>
    </main>
  )
}
