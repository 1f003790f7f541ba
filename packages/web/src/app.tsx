// The whole page: who is signed in, where the person is, and the draft, which stays while they look at something else.
import { useCallback, useMemo, useState } from 'preact/hooks'
import { connectHub, keepToken, readToken } from './hub/hub-connection.ts'
import { HubContext } from './hub/hub-context.ts'
import { MakeView } from './make/make-view.tsx'
import { useDraft } from './make/use-draft.ts'
import type { Route } from './routes.ts'
import { SignIn } from './shell/sign-in.tsx'
import { TopBar } from './shell/top-bar.tsx'
import { StatusView } from './status/status-view.tsx'
import { CompareView } from './takes/compare-view.tsx'
import { TakeView } from './takes/take-view.tsx'
import { TakesView } from './takes/takes-view.tsx'
import { useRoute } from './use-route.ts'

export function App() {
  const route = useRoute()
  const [token, setToken] = useState(readToken)
  const [signingIn, setSigningIn] = useState(false)
  const hub = useMemo(() => connectHub(token, () => setSigningIn(true)), [token])
  const draft = useDraft(hub)
  const signIn = useCallback((key: string) => {
    keepToken(key)
    setToken(key)
    setSigningIn(false)
  }, [])
  const signOut = useCallback(() => {
    keepToken(null)
    setToken(null)
    setSigningIn(true)
  }, [])
  return (
    <HubContext.Provider value={hub}>
      <TopBar route={route} onSignOut={token === null || signingIn ? null : signOut} />
      {signingIn ? (
        <SignIn wrong={token !== null} onKey={signIn} />
      ) : (
        <main id="main" tabIndex={-1}>
          <View route={route} draft={draft} />
        </main>
      )}
    </HubContext.Provider>
  )
}

function View({
  route,
  draft,
}: {
  readonly route: Route
  readonly draft: ReturnType<typeof useDraft>
}) {
  switch (route.view) {
    case 'make':
      return <MakeView draft={draft} />
    case 'takes':
      return <TakesView filter={route} />
    case 'take':
      return <TakeView key={route.id} id={route.id} draft={draft} />
    case 'compare':
      return (
        <CompareView key={`${route.left}${route.right}`} left={route.left} right={route.right} />
      )
    case 'status':
      return <StatusView />
  }
}
