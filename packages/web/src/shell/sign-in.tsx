// Asks for an API key if the hub wants one. The key is kept in the memory of this tab and never in an address.
import { useState } from 'preact/hooks'
import { canBeToken } from '../hub/hub-connection.ts'
import { Notice } from '../ui/notice.tsx'
import { useFocusOnce } from '../ui/use-focus-once.ts'

interface SignInProps {
  /** The hub does not accept the key that was given, or not any more. */
  readonly wrong: boolean
  readonly onKey: (key: string) => void
}

export function SignIn({ wrong, onKey }: SignInProps) {
  const [key, setKey] = useState('')
  const [mistyped, setMistyped] = useState(false)
  const field = useFocusOnce<HTMLInputElement>()
  const submit = (event: Event): void => {
    event.preventDefault()
    const typed = key.trim()
    setMistyped(!canBeToken(typed))
    if (canBeToken(typed)) onKey(typed)
  }
  return (
    <main class="sign-in" id="main" tabIndex={-1}>
      <form class="card" onSubmit={submit}>
        <h1>Sign in</h1>
        <p class="muted">
          This hub asks for an API key. The person who runs the hub can give you one.
        </p>
        <label class="field">
          <span class="label">API key</span>
          <input
            type="password"
            autocomplete="current-password"
            value={key}
            onInput={(event) => setKey(event.currentTarget.value)}
            ref={field}
            required
          />
        </label>
        {(wrong || mistyped) && (
          <Notice
            failure={{
              message: 'The hub does not know this key.',
              hint: 'Check that you copied all of it. It may also have been withdrawn.',
              code: 'unauthenticated',
              pointer: null,
              requestId: null,
            }}
          />
        )}
        <button type="submit" class="primary">
          Sign in
        </button>
        <p class="small muted">
          The key is kept until this tab is closed. It never appears in a URL.
        </p>
      </form>
    </main>
  )
}
