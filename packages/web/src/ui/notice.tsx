// An error at the place where it happened: a sentence, what to do, and the code to look it up.
import type { ComponentChildren } from 'preact'
import type { Failure } from '../hub/failure.ts'
import { AlertIcon } from './icons.tsx'

interface NoticeProps {
  readonly failure: Failure
  readonly children?: ComponentChildren
}

export function Notice({ failure, children }: NoticeProps) {
  const { message, hint, code, requestId, isEnglish = false } = failure
  const lang = isEnglish ? 'en' : undefined
  return (
    <div class="notice" role="alert">
      <AlertIcon />
      <div>
        <p class="notice-message" lang={lang}>
          {message}
        </p>
        {hint !== null && <p lang={lang}>{hint}</p>}
        {(code !== null || requestId !== null) && (
          <p class="notice-code">
            {code !== null && <code>{code}</code>}
            {requestId !== null && <span>{requestId}</span>}
          </p>
        )}
        {children}
      </div>
    </div>
  )
}
