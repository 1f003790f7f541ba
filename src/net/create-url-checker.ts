// Checks a URL without network access, for code that accepts a request now and fetches later.
import { checkUrl } from './check-url.ts'
import { createUrlPolicy, type UrlPolicyOptions } from './url-policy.ts'

/** @returns a function that throws AppError `url_*` for a URL that may never be opened */
export function createUrlChecker(options: UrlPolicyOptions): (url: string) => void {
  const policy = createUrlPolicy(options)
  return (url) => {
    checkUrl(url, policy)
  }
}
