// What the hub keeps, and what bounds it, in words: nobody should be surprised by what is gone.
import type { StorageResource } from '@infinitetalk/contract'
import { sayBytes, sayPeriod } from '../takes/words.ts'
import { Check } from './check.tsx'
import type { ReadinessResource } from './readiness.ts'

interface StorageCardProps {
  readonly storage: StorageResource
  readonly readiness: ReadinessResource
}

export function StorageCard({ storage, readiness: { store, disk } }: StorageCardProps) {
  const { used_bytes, files, retention_s, upload_life_s, quota_bytes } = storage
  return (
    <section class="card storage-card">
      <h2>Storage</h2>
      <dl class="figures">
        <div>
          <dt>Used</dt>
          <dd>{sayBytes(used_bytes)}</dd>
        </div>
        <div>
          <dt>Free</dt>
          <dd>{sayBytes(disk.free_bytes)}</dd>
        </div>
      </dl>
      <ul class="checks">
        <Check name="Database" ready={store.ready} detail={store.detail ?? 'Ready'} />
        <Check
          name="Disk"
          ready={disk.ready}
          detail={
            disk.ready
              ? 'Room enough'
              : `${sayBytes(disk.free_bytes)} are free, ${sayBytes(disk.reserve_bytes)} are kept in reserve: no new take is accepted`
          }
        />
      </ul>
      <p class="small muted">
        {files} {files === 1 ? 'file' : 'files'}: videos, their stills, and what they were made of.
        A take goes {sayPeriod(retention_s)} after it has ended, a file that no take needs{' '}
        {sayPeriod(upload_life_s)} after it was sent. With less than {sayBytes(disk.reserve_bytes)}{' '}
        free no new take is accepted, and nothing is removed for that.
        {quota_bytes !== null &&
          ` Beyond ${sayBytes(quota_bytes)} used, the takes that ended first go.`}
      </p>
    </section>
  )
}
