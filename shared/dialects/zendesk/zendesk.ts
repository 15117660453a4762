import * as z from 'zod/mini';
import { basicCredentials, bearerToken } from '../credentials.ts';
import type { Dialect, Wire } from '../dialect.ts';
import { zendeskError } from './errors.ts';
import { changedAt, isFile, present, presentPart, presentTicket } from './present.ts';
import { isMessage } from './spans.ts';
import { split, splitAudits } from './split.ts';

/** Zendesk Support: spans of one chat message, masked in place, and files of chats; tickets and their audits. */
export const zendesk: Dialect & Wire = {
  name: 'zendesk',
  pathPrefixes: ['/api/v2'],
  credentials: (headers) => {
    const basic = basicCredentials(headers);
    // `{email}/token:{key}`; without the `/token` it would be a user's password.
    return bearerToken(headers) ?? (basic?.name.endsWith('/token') ? basic.password : undefined);
  },
  settings: { agentWorkspace: z.boolean(), ticketDeletion: z.boolean() },
  // The version is in the path, and there is one.
  version: () => undefined,
  headers: () => ({ 'x-zendesk-api-version': 'v2' }),
  error: zendeskError,
  versions: ['v2'],
  split,
  splitParts: splitAudits,
  redactable: (part) => isMessage(part) || isFile(part),
  changedAt,
  presentConversation: presentTicket,
  presentPart,
  present,
};
