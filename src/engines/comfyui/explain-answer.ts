// Explains an HTTP answer that is not ComfyUI's own word on a graph: the request is too large, a password is missing, another
// program answered, or ComfyUI failed.
import { AppError } from '../../domain/errors.ts'
import { firstLine } from './explain/first-line.ts'

export function explainAnswer(
  status: number,
  contentType: string | null,
  bodyText: string,
): AppError {
  const meta = { status }
  const isPage = /html/i.test(contentType ?? '') || /^\s*<(!doctype|html)/i.test(bodyText)
  const said = isPage ? '' : firstLine(bodyText)
  if (status === 413) {
    const bytes = /body size (\d{1,15}) exceeded/.exec(bodyText)?.[1]
    const limit = bytes === undefined ? 'less' : `at most ${bytes} bytes`
    const detail = `ComfyUI refused an upload: it, or a proxy before it, takes ${limit} (its option --max-upload-size).`
    return new AppError('input_too_large', detail, { meta })
  }
  if (status === 401 || status === 403 || status === 407) {
    const detail = `ComfyUI, or a proxy before it, does not let this hub in (HTTP ${status}): check the credentials that it sends.`
    return new AppError('engine_unreachable', detail, { meta })
  }
  if (isPage || status === 404 || status === 405 || (status >= 300 && status < 400)) {
    const detail = `What answers at the address of ComfyUI is not ComfyUI (HTTP ${status}${isPage ? ', a web page' : ''}).`
    return new AppError('engine_unreachable', detail, { meta })
  }
  if (status === 429 || (status >= 502 && status <= 504)) {
    const detail = `ComfyUI does not answer behind its proxy (HTTP ${status}).`
    return new AppError('engine_unreachable', detail, { meta })
  }
  if (status >= 500) {
    const detail = `ComfyUI failed inside when it took the request (HTTP ${status}); its log says why.`
    return new AppError('engine_failed', detail, { meta })
  }
  const reason = said === '' ? 'without a reason' : `: ${said}`
  const detail = `ComfyUI refused the request (HTTP ${status}) ${reason}.`.replace(') :', '):')
  return new AppError('engine_failed', detail, { meta })
}
