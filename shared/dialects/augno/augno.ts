import { InvalidRequest } from '../../errors.ts';
import { bearerOrBasicToken } from '../credentials.ts';
import type { Dialect, Wire } from '../dialect.ts';
import { latestOf } from '../latest-of.ts';
import { augnoError } from './errors.ts';
import { presentConversation, presentMessage } from './present.ts';
import { split, splitMessage } from './split.ts';
import { echoedVersion, latestVersion, versionIn } from './versions.ts';

/** Augno, since August 2026 OpenMRP: whole-conversation redaction, bodies null, a required version header. */
export const augno: Dialect & Wire = {
  name: 'augno',
  pathPrefixes: ['/v1/messaging'],
  credentials: bearerOrBasicToken,
  settings: {},
  version: (headers) => {
    // An API key acts for its own account and for no actor.
    const actor = ['Augno-Actor-Account', 'OpenMRP-Actor-Account'].find(
      (name) => headers[name.toLowerCase()] !== undefined,
    );
    if (actor) throw new InvalidRequest(`${actor} cannot be used with an API key`, { parameter: actor });
    return versionIn(headers);
  },
  headers: echoedVersion,
  error: augnoError,
  versions: [latestVersion],
  split,
  splitParts: splitMessage,
  changedAt: ({ created_at, updated_at, last_message_at }) => latestOf(created_at, updated_at, last_message_at),
  presentConversation,
  presentPart: presentMessage,
  // Augno redacts conversations as a whole, whatever their messages are.
  redactable: () => true,
  present: (conversation, parts) => ({
    conversation: presentConversation(conversation),
    messages: parts.map((part) => presentMessage(part, conversation.people)),
  }),
};
