// The model files of the GPU engine: how many are present, which are missing, and the command that pulls them.
import { useHub } from '../hub/hub-context.ts'
import { useAnswer } from '../hub/use-answer.ts'
import { sayBytes } from '../takes/words.ts'

const HERE = new Set(['present', 'unverified'])

export function ModelsCard() {
  const hub = useHub()
  const { data } = useAnswer(hub, 'models', (signal) => hub.client.models({ signal }))
  if (data === null) return null
  const models = data.data
  const missing = models.filter(({ state, optional }) => !HERE.has(state) && !optional)
  const here = models.filter(({ state }) => HERE.has(state))
  const optional = models.length - here.length - missing.length
  return (
    <section class="card wide">
      <h2>Models</h2>
      <p>
        {here.length} of {models.length} are present
        {optional > 0 && `, ${optional} of the others are optional`}. The preview engine needs none
        of them.
      </p>
      {missing.length > 0 && (
        <>
          <p class="muted small">
            The ComfyUI engine needs one set of them. This command downloads a set that works
            together:
          </p>
          <pre class="command">
            <code>npx infinitetalk models pull</code>
          </pre>
          <details>
            <summary>{missing.length} missing</summary>
            <ul class="models">
              {missing.map(({ name, state, detail, bytes, path }) => (
                <li key={name}>
                  <strong>{name}</strong> <span class="badge">{state.replaceAll('_', ' ')}</span>
                  <p class="small muted">
                    <code>{path}</code>
                    {bytes !== null && ` · ${sayBytes(bytes)}`}
                    {detail !== null && ` · ${detail}`}
                  </p>
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
    </section>
  )
}
