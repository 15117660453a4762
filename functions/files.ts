import { attachmentIndex } from '../shared/attachments/attachment-index.ts';
import { attachmentStore } from '../shared/attachments/attachment-store.ts';
import { fileErasure } from '../shared/attachments/file-erasure.ts';
import { documents } from '../shared/clients.ts';
import { requireEnv } from '../shared/env.ts';
import { s3 } from '../shared/s3.ts';
import { now } from './stores.ts';

/** The bucket of this environment and what the table knows of it; only functions that have to do with files load its client. */
export const attachments = attachmentStore(s3, requireEnv('BUCKET_NAME'));
export const index = attachmentIndex(documents, requireEnv('TABLE_NAME'), now);
export const files = fileErasure(attachments, index);
