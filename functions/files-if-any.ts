import type { BucketCalls } from '../shared/attachments/bucket-calls.ts';
import { fileErasure } from '../shared/attachments/file-erasure.ts';
import { storedFiles } from '../shared/attachments/stored-files.ts';
import { index } from './stores.ts';

const load = async (): Promise<BucketCalls> => (await import('./bucket.ts')).bucket;

// S3's client is in a file beside the bundle (infra/bundles).
const bucket: BucketCalls = {
  delete: async (keys) => (await load()).delete(keys),
  list: async function* (prefix, after) {
    yield* (await load()).list(prefix, after);
  },
};

/** For tasks, most of whose conversations have no files: S3's client is loaded with the first one that has. */
export const files = fileErasure(storedFiles(bucket), index);
