import { attachmentIndex } from '../shared/attachments/attachment-index.ts';
import { attachmentStore } from '../shared/attachments/attachment-store.ts';
import { fileErasure } from '../shared/attachments/file-erasure.ts';
import { downloadLinks, uploadLinks } from '../shared/attachments/file-links.ts';
import { storedFiles } from '../shared/attachments/stored-files.ts';
import { documents } from '../shared/clients.ts';
import { requireEnv } from '../shared/env.ts';
import { s3 } from '../shared/s3.ts';
import { now } from './stores.ts';

const bucketName = requireEnv('BUCKET_NAME');

/**
 * The bucket of this environment and what the table knows of it; only functions that have to do with files load its client.
 * Each is marked as pure, so that a bundle leaves out what its handler does not name.
 */
export const attachments = /* @__PURE__ */ attachmentStore(s3, bucketName);
export const uploads = /* @__PURE__ */ uploadLinks(s3, bucketName);
export const downloads = /* @__PURE__ */ downloadLinks(s3, bucketName);
export const index = /* @__PURE__ */ attachmentIndex(documents, requireEnv('TABLE_NAME'), now);
const stored = /* @__PURE__ */ storedFiles(s3, bucketName);
export const files = /* @__PURE__ */ fileErasure(stored, index);
