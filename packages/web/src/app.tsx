// The whole page: who is signed in, which view is open, and the draft. The draft survives a change of view and is dropped at
// sign-out.
import { useCallback, useMemo, useRef, useState } from 'preact/hooks'
import { connectHub, keepToken, readToken } from './hub/hub-connection.ts'
import { HubContext } from './hub/hub-context.ts'
import { useLanguage } from './language/language.ts'
import { forgetDrafts } from './make/kept-drafts.ts'
import { MakeView } from './make/make-view.tsx'
import { useDraft } from './make/use-draft.ts'
import type { Route } from './routes.ts'
import { Shortcuts } from './shell/shortcuts.tsx'
import { SignIn } from './shell/sign-in.tsx'
import { TopBar } from './shell/top-bar.tsx'
import { StatusView } from './status/status-view.tsx'
import { BatchView } from './takes/batch-view.tsx'
import { CompareView } from './takes/compare-view.tsx'
import { forgetDeletions } from './takes/deletions.ts'
import { forgetStills } from './takes/stills.ts'
import { TakeView } from './takes/take-view.tsx'
import { TakesView } from './takes/takes-view.tsx'
import { UndoBar } from './takes/undo-bar.tsx'
import { OnDemand } from './ui/on-demand.tsx'
import { useFocusOnce } from './ui/use-focus-once.ts'
import { useRoute } from './use-route.ts'

export function App() {
  // The next person must not see anything of the previous one.
  const [person, setPerson] = useState(0)
  useLanguage()
  const leave = useCallback(() => {
    keepToken(null, false)
    forgetStills()
    forgetDeletions()
    forgetDrafts().catch(() => {})
    setPerson((before) => before + 1)
  }, [])
  return <Workplace key={person} signedOut={person > 0} onLeave={leave} />
}

interface WorkplaceProps {
  readonly signedOut: boolean
  readonly onLeave: () => void
}

function Workplace({ signedOut, onLeave }: WorkplaceProps) {
  const route = useRoute()
  const [token, setToken] = useState(readToken)
  const [signingIn, setSigningIn] = useState(signedOut)
  const current = useRef(token)
  current.current = token
  const hub = useMemo(
    () =>
      connectHub(token, () => {
        // A late answer to an earlier key says nothing about the current one.
        if (current.current === token) setSigningIn(true)
      }),
    [token],
  )
  const draft = useDraft(hub)
  const signedIn = useRef(false)
  const signIn = useCallback((key: string, remember: boolean) => {
    keepToken(key, remember)
    setToken(key)
    setSigningIn(false)
    signedIn.current = true
  }, [])
  return (
    <HubContext.Provider value={hub}>
      <TopBar
        route={route}
        isOpen={!signingIn}
        onSignOut={token === null || signingIn ? null : onLeave}
        shortcuts={!signingIn && <Shortcuts hub={hub} route={route} onNew={draft.kept.begin} />}
      />
      {signingIn ? (
        <SignIn wrong={token !== null} onKey={signIn} />
      ) : (
        <Main route={route} draft={draft} takesFocus={signedIn.current} />
      )}
      <UndoBar />
    </HubContext.Provider>
  )
}

interface ViewProps {
  readonly route: Route
  readonly draft: ReturnType<typeof useDraft>
}

function Main({ takesFocus, ...view }: ViewProps & { readonly takesFocus: boolean }) {
  const main = useFocusOnce<HTMLElement>(takesFocus)
  return (
    <main id="main" tabIndex={-1} ref={main}>
      <View {...view} />
    </main>
  )
}

function View({ route, draft }: ViewProps) {
  switch (route.view) {
    case 'make':
      return <MakeView draft={draft} />
    case 'takes':
      return <TakesView filter={route} />
    case 'take':
      return <TakeView key={route.id} id={route.id} draft={draft} />
    case 'compare':
      return <CompareView key={route.ids.join()} ids={route.ids} />
    case 'batch':
      return <BatchView key={route.id} id={route.id} />
    case 'status':
      return <StatusView />
    case 'api':
      return <OnDemand load={() => import('./api/api-view.tsx').then(({ ApiView }) => ApiView)} />
  }
}
