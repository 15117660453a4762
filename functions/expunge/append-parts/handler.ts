import { dialectOf } from '../../../shared/conversations/ids.ts';
import { expunge } from '../../../shared/dialects/expunge/expunge.ts';
import { dialectNamed } from '../../../shared/dialects/registry.ts';
import { ConversationNotFound } from '../../../shared/errors.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { idempotent } from '../../../shared/http/idempotent.ts';
import { replayHeaders } from '../../../shared/http/redaction-headers.ts';
import { fetching } from '../../fetching.ts';
import { attachments } from '../../files.ts';
import { conversations, guards, index, parts } from '../../stores.ts';
import { appendParts, splitAll } from './append-parts.ts';
import { appendPartsRequest } from './schema.ts';

const appendOnce = idempotent(
  'expunge/append-parts',
  appendParts({ conversations, guards, parts, attachments, index, ...fetching }),
  ({ conversationId, split, fetchFiles }) => ({
    conversationId,
    fetchFiles,
    parts: split.flatMap((document) => document.parts.map(({ id }) => id)),
  }),
);

export const handler = endpoint(
  expunge,
  appendPartsRequest,
  async ({ caller, path, body, idempotencyKey }, context) => {
    const dialect = dialectNamed(dialectOf(path.id));
    if (!dialect) throw new ConversationNotFound();
    const split = splitAll(dialect, body.parts);
    const { fetchFiles } = body;
    const command = { caller, conversationId: path.id, split, fetchFiles, idempotencyKey };
    const outcome = await appendOnce(command, context);
    return {
      status: 200,
      headers: replayHeaders(outcome),
      body: { object: 'append', conversationId: path.id, parts: outcome.receipt },
    };
  },
);
