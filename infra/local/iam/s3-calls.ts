import type { IncomingHttpHeaders } from 'node:http';
import type { Call } from './authorizer.ts';

/** A request to S3, its body read only where that says what it does. */
export type S3Request = { method: string; url: string; headers: IncomingHttpHeaders; body: string };

// In the account there is nothing else: the bucket's own policy refuses the rest.
const transport = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

const arnOf = (path: string) => `arn:aws:s3:::${decodeURIComponent(path.replace(/^\//, ''))}`;
const call = (action: string, resource: string, context: Call['context'] = {}): Call => ({
  action: `s3:${action}`,
  resource,
  context: { ...transport, ...context },
});

/** Listing the bucket, as S3 asks for it of whoever is to be told that an object is not there. */
export const listingOf = (url: string): Call => {
  const [, bucket = ''] = new URL(url, 'http://s3').pathname.split('/');
  return call('ListBucket', arnOf(bucket));
};

/** Gives what a request does; https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
export const s3Calls = ({ method, url, headers, body }: S3Request): Call[] => {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const [, bucket = '', ...key] = pathname.split('/');
  const resource = arnOf(pathname);
  const tagging = searchParams.has('tagging') ? 'Tagging' : '';

  if (key.join('/') === '') {
    if (method === 'GET') return [call('ListBucket', arnOf(bucket), { 's3:prefix': searchParams.get('prefix') ?? '' })];
    if (method === 'POST' && searchParams.has('delete')) {
      const keys = [...body.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, found = '']) => found);
      return keys.map((each) => call('DeleteObject', `${arnOf(bucket)}/${each}`));
    }
  }
  if (method === 'GET' || method === 'HEAD') return [call(`GetObject${tagging}`, resource)];
  if (method === 'DELETE') return [call(`DeleteObject${tagging}`, resource)];
  if (method !== 'PUT') throw new Error(`No rule for ${method} ${pathname}`);

  const source = headers['x-amz-copy-source'];
  return [
    ...(source === undefined ? [] : [call('GetObject', arnOf(String(source)))]),
    call(`PutObject${tagging}`, resource),
    ...(headers['x-amz-tagging'] === undefined ? [] : [call('PutObjectTagging', resource)]),
  ];
};
