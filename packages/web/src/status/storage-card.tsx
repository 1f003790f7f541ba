// How much the hub stores and when it deletes it, in words: a missing take should surprise nobody.

import type { StorageResource } from '@infinitetalk/contract'
import { say, sayCount } from '../language/say.ts'
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
      <h2>{say('Storage')}</h2>
      <dl class="figures">
        {used_bytes !== null && (
          <div>
            <dt>{say('Used')}</dt>
            <dd>{sayBytes(used_bytes)}</dd>
          </div>
        )}
        <div>
          <dt>{say('Free')}</dt>
          <dd>{sayBytes(disk.free_bytes)}</dd>
        </div>
      </dl>
      <ul class="checks">
        <Check name={say('Database')} ready={store.ready} detail={store.detail ?? say('Ready')} />
        <Check
          name={say('Disk')}
          ready={disk.ready}
          detail={
            disk.ready
              ? say('Enough free space')
              : say('{free} are free, but {reserve} are reserved: new takes are rejected', {
                  free: sayBytes(disk.free_bytes),
                  reserve: sayBytes(disk.reserve_bytes),
                })
          }
        />
      </ul>
      <p class="small muted">
        {files !== null &&
          `${sayCount(
            files,
            '{n} file: videos, their stills and their inputs.',
            '{n} files: videos, their stills and their inputs.',
          )} `}
        {say(
          'Takes are deleted {life} after they end, uploads that no take uses {uploads} after they were sent. With less than {reserve} free, new takes are rejected and nothing is deleted early.',
          {
            life: sayPeriod(retention_s),
            uploads: sayPeriod(upload_life_s),
            reserve: sayBytes(disk.reserve_bytes),
          },
        )}
        {quota_bytes !== null &&
          ` ${say('Above {size} used, the oldest finished takes are deleted.', { size: sayBytes(quota_bytes) })}`}
      </p>
    </section>
  )
}
