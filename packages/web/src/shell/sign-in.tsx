// Asks for an API key, where the hub wants one. The key goes into the memory of this tab, never into an address.
import { useState } from 'preact/hooks'
import { canBeToken } from '../hub/hub-connection.ts'
import { Notice } from '../ui/notice.tsx'
import { useFocusOnce } from '../ui/use-focus-once.ts'

interface SignInProps {
  /** A key was there and is not (or no longer) known. */
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
        <p class="muted">This hub asks for an API key. Whoever runs it can give you one.</p>
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
              hint: 'Was it copied whole? It may also have been withdrawn.',
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
          It is kept until this tab is closed, and never becomes part of an address.
        </p>
      </form>
    </main>
  )
}
