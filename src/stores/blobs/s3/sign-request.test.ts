import { describe, expect, it } from 'vitest'
import type { S3Options } from './s3-options.ts'
import { urlOf } from './s3-options.ts'
import { signLink, signRequest } from './sign-request.ts'

// The examples of "Signature Calculations for the Authorization Header" and "Authenticating Requests: Using Query Parameters" in AWS's
// API reference of S3, with the key that they use.
const AWS: S3Options = {
  endpoint: 'https://s3.amazonaws.com',
  publicEndpoint: 'https://s3.amazonaws.com',
  bucket: 'examplebucket',
  region: 'us-east-1',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: null,
  pathStyle: false,
  prefix: '',
}
const NOW = Date.parse('2013-05-24T00:00:00Z')

describe('the signature', () => {
  it('is that of AWS for a list', async () => {
    const query = { 'max-keys': '2', prefix: 'J' }
    const { url, headers } = await signRequest({ method: 'GET', key: '', query }, AWS, NOW)
    expect(url.host).toBe('examplebucket.s3.amazonaws.com')
    expect(headers.authorization).toContain(
      'Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    )
  })

  it('is that of AWS for the lifecycle of a bucket', async () => {
    const { headers } = await signRequest(
      { method: 'GET', key: '', query: { lifecycle: '' } },
      AWS,
      NOW,
    )
    expect(headers.authorization).toContain(
      'Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    )
  })

  it('is that of AWS for a link', async () => {
    const link = { key: 'test.txt', query: {}, seconds: 86_400 }
    expect(new URL(await signLink(link, AWS, NOW)).searchParams.get('X-Amz-Signature')).toBe(
      'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    )
  })

  it('covers a folder of the endpoint and a bucket in the path', () => {
    const options = { ...AWS, endpoint: 'http://storage:9000/s3/', pathStyle: true }
    expect(urlOf(options, 'blobs/ab/abc').href).toBe(
      'http://storage:9000/s3/examplebucket/blobs/ab/abc',
    )
    expect(urlOf(options, '').href).toBe('http://storage:9000/s3/examplebucket')
  })
})
