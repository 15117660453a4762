import { attachmentStore } from '../shared/attachments/attachment-store.ts';
import { fileErasure } from '../shared/attachments/file-erasure.ts';
import { downloadLinks, uploadLinks } from '../shared/attachments/file-links.ts';
import { storedFiles } from '../shared/attachments/stored-files.ts';
import { keepDeadline } from '../shared/http/deadline.ts';
import { s3 } from '../shared/s3.ts';
import { bucket, bucketName } from './bucket.ts';
import { index } from './stores.ts';

keepDeadline(s3);

/**
 * The bucket of this environment; only functions that have to do with files load its client.
 * Each is marked as pure, so that a bundle leaves out what its handler does not name.
 */
export const attachments = /* @__PURE__ */ attachmentStore(s3, bucketName);
export const uploads = /* @__PURE__ */ uploadLinks(s3, bucketName);
export const downloads = /* @__PURE__ */ downloadLinks(s3, bucketName);
const stored = /* @__PURE__ */ storedFiles(bucket);
export const files = /* @__PURE__ */ fileErasure(stored, index);
