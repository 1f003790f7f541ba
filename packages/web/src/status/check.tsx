// One part of the hub: whether it is ready, and a few words about it.

interface CheckProps {
  readonly name: string
  readonly ready: boolean
  readonly detail: string
}

export function Check({ name, ready, detail }: CheckProps) {
  return (
    <li>
      <span class={`dot ${ready ? 'is-good' : 'is-bad'}`} aria-hidden="true" />
      <strong>{name}</strong>
      <span class="muted">{detail}</span>
    </li>
  )
}
