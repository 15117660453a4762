import { randomBytes } from 'node:crypto';
import { HeadObjectCommand, paginateListObjectsV2, PutObjectCommand } from '@aws-sdk/client-s3';
import { handler as createAttachment } from '../../functions/expunge/create-attachment/handler.ts';
import { requireEnv } from '../../shared/env.ts';
import { s3 } from '../../shared/s3.ts';
import { objectKey } from '../../shared/table.ts';
import { attachment, listOf, message } from './augno-documents.ts';
import { type Answer, call, type Call } from './call.ts';

const Bucket = requireEnv('BUCKET_NAME');

/** Asks for an upload; the id is the conversation's whole id, or Augno's. */
export const createUpload = (key: string, id: string, body: unknown, more: Call = {}): Promise<Answer> =>
  call(createAttachment, { key, path: { id: id.includes(':') ? id : `augno:${id}` }, body, ...more });

/** Uploads a file as a client does, by the link that it was given; gives its reference. */
export const uploaded = async (key: string, id: string, text = `canary file of ${id}`): Promise<string> => {
  const { body } = await createUpload(key, id, { contentType: 'text/plain', bytes: Buffer.byteLength(text) });
  const { method, url, headers } = body.upload;
  const answer = await fetch(url, { method, headers, body: text });
  if (!answer.ok) throw new Error(`The upload was refused: ${answer.status}`);
  return body.reference;
};

export const newAttachmentId = (): string => `att_${randomBytes(16).toString('hex')}`;
export const idOf = (reference: string): string => reference.slice('attachment:'.length);

/** Puts an upload where a client would have, without asking for it. */
export const stage = async (tenantId: string, attachmentId = newAttachmentId()): Promise<string> => {
  await s3.send(new PutObjectCommand({ Bucket, Key: objectKey.staged(tenantId, attachmentId), Body: 'canary file' }));
  return attachmentId;
};

/** Every key of the bucket, or those under a prefix. */
export const everyKey = async (Prefix = ''): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    keys.push(...Contents.map(({ Key }) => Key!));
  }
  return keys;
};

/** The files that stand under a conversation. */
export const filesOf = (tenantId: string, conversationId: string) => everyKey(`files/${tenantId}/${conversationId}/`);

export const head = (Key: string) => s3.send(new HeadObjectCommand({ Bucket, Key }));

/** A message of Augno's with attachments at those addresses. */
export const messageWith = (id: string, sequence: number, urls: string[]) =>
  message(id, sequence, {
    attachments: listOf(urls.map((url, n) => ({ ...attachment(`ma_${id}_${n}`, `canary-${n}.png`), url }))),
  });

/** The addresses in a message of Augno's. */
export const urlsIn = (part: any): string[] => part.attachments.data.map(({ url }: { url: string }) => url);

/** What a link leads to, and its status. */
export const follow = async (url: string): Promise<{ status: number; text: string }> => {
  const answer = await fetch(url);
  return { status: answer.status, text: await answer.text() };
};
