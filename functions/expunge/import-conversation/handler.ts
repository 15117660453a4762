import { conversationId } from '../../../shared/conversations/ids.ts';
import { expunge } from '../../../shared/dialects/expunge/expunge.ts';
import { dialectNamed } from '../../../shared/dialects/registry.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { idempotent } from '../../../shared/http/idempotent.ts';
import { replayHeaders } from '../../../shared/http/redaction-headers.ts';
import { fetching } from '../../fetching.ts';
import { attachments } from '../../files.ts';
import { conversations, guards, index, now, parts } from '../../stores.ts';
import { importConversation } from './import-conversation.ts';
import { importConversationRequest } from './schema.ts';

const importOnce = idempotent(
  'expunge/import-conversation',
  importConversation({ conversations, guards, parts, attachments, index, ...fetching }, now),
  ({ conversationId: id, split, fetchFiles }) => ({ id, fetchFiles, parts: split.parts.map((part) => part.id) }),
);

export const handler = endpoint(
  expunge,
  importConversationRequest,
  async ({ caller, body, idempotencyKey }, context) => {
    const { dialect, document, fetchFiles } = body;
    const split = dialectNamed(dialect)!.split(document);
    const id = conversationId(dialect, split.externalId);
    const outcome = await importOnce({ caller, conversationId: id, split, fetchFiles, idempotencyKey }, context);
    const { created, added, existing } = outcome.receipt;
    return {
      status: created ? 201 : 200,
      headers: { location: `/v1/conversations/${encodeURIComponent(id)}`, ...replayHeaders(outcome) },
      body: { object: 'import', conversationId: id, created, parts: { added, existing } },
    };
  },
);
