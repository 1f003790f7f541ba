// How much the hub stores and when it deletes it, in words: a missing take should surprise nobody.
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
        {used_bytes !== null && (
          <div>
            <dt>Used</dt>
            <dd>{sayBytes(used_bytes)}</dd>
          </div>
        )}
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
              ? 'Enough free space'
              : `${sayBytes(disk.free_bytes)} are free, but ${sayBytes(disk.reserve_bytes)} are reserved: new takes are rejected`
          }
        />
      </ul>
      <p class="small muted">
        {files !== null &&
          `${files} ${files === 1 ? 'file' : 'files'}: videos, their stills and their inputs. `}
        Takes are deleted {sayPeriod(retention_s)} after they end, uploads that no take uses{' '}
        {sayPeriod(upload_life_s)} after they were sent. With less than{' '}
        {sayBytes(disk.reserve_bytes)} free, new takes are rejected and nothing is deleted early.
        {quota_bytes !== null &&
          ` Above ${sayBytes(quota_bytes)} used, the oldest finished takes are deleted.`}
      </p>
    </section>
  )
}
