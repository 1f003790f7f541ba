// The promises of the stores to the hub, on each database.
import { describe } from 'vitest'
import { describeStores } from '../support/store-backends.ts'
import { batchStoreSuite } from './batch-store-suite.ts'
import { blobReferencesSuite } from './blob-references-suite.ts'
import { deliveryStoreSuite } from './delivery-store-suite.ts'
import { dispatchSuite } from './dispatch-suite.ts'
import { fairDispatchSuite } from './fair-dispatch-suite.ts'
import { jobStoreSuite } from './job-store-suite.ts'
import { keyStoreSuite } from './key-store-suite.ts'
import { requestStoresSuite } from './request-stores-suite.ts'
import { windowStoreSuite } from './window-store-suite.ts'

describeStores('the stores', (open) => {
  describe('jobs and events', () => jobStoreSuite(open))
  describe('batches', () => batchStoreSuite(open))
  describe('dispatch', () => dispatchSuite(open))
  describe('dispatch between keys', () => fairDispatchSuite(open))
  describe('references to blobs', () => blobReferencesSuite(open))
  describe('finished windows', () => windowStoreSuite(open))
  describe('API keys', () => keyStoreSuite(open))
  describe('deliveries of webhooks', () => deliveryStoreSuite(open))
  describe('files, keys and speeds', () => requestStoresSuite(open))
})
