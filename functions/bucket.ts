import { bucketCalls } from '../shared/attachments/bucket-calls.ts';
import { requireEnv } from '../shared/env.ts';
import { s3 } from '../shared/s3.ts';

export const bucketName = requireEnv('BUCKET_NAME');

/** What destroys files asks of the bucket of this environment. */
export const bucket = /* @__PURE__ */ bucketCalls(s3, bucketName);
