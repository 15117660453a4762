import { uploadLifetime } from '../../../shared/attachments/file-links.ts';
import { referenceTo } from '../../../shared/attachments/references.ts';
import { expunge } from '../../../shared/dialects/expunge/expunge.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { idempotent } from '../../../shared/http/idempotent.ts';
import { replayHeaders } from '../../../shared/http/redaction-headers.ts';
import { uploads } from '../../files.ts';
import { guards, now } from '../../stores.ts';
import { createAttachment } from './create-attachment.ts';
import { createAttachmentRequest } from './schema.ts';

const createOnce = idempotent(
  'expunge/create-attachment',
  createAttachment(guards),
  // Without the file's name, which is content.
  ({ conversationId, contentType, bytes }) => ({ conversationId, contentType, bytes }),
);

export const handler = endpoint(expunge, createAttachmentRequest, async (request, context) => {
  const { caller, path, body, idempotencyKey } = request;
  const { contentType, bytes } = body;
  const command = { caller, conversationId: path.id, contentType, bytes, idempotencyKey };
  const outcome = await createOnce(command, context);
  const { attachmentId: id } = outcome.receipt;
  const expiresAt = new Date(now() + uploadLifetime * 1000).toISOString();
  const url = await uploads.signUpload(caller.tenantId, id, contentType, bytes);
  const headers = { 'content-type': contentType, 'content-length': String(bytes) };
  return {
    status: 201,
    headers: replayHeaders(outcome),
    body: { object: 'attachment', id, reference: referenceTo(id), upload: { method: 'PUT', url, headers, expiresAt } },
  };
});
