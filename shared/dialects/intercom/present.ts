import type { Conversation, Json, Part, People } from '../../conversations/conversation.ts';
import { latestOf } from '../latest-of.ts';
import { conversationFields, partFields, sourceFields } from './fields.ts';
import { toVersion } from './forms.ts';
import { plainTextOf } from './plain-text.ts';
import type { PartStructure } from './split.ts';
import { isContact } from './values.ts';
import { versionOf } from './versions.ts';

/** What every published description shows in the place of a redacted body. */
export const deletedBody = '<p><i>This message was deleted</i></p>';

const structureOf = ({ structure }: Part) => structure as PartStructure;

export const isSource = (part: Part): boolean => structureOf(part).place === 'source';

const inSeconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

/** A source message says no time: the conversation that it began does. */
export const changedAt = (structure: Json): number | undefined => {
  const { created_at, updated_at } = (structure.document ?? structure) as Json;
  return latestOf(...[created_at, updated_at].map((seconds) => typeof seconds === 'number' && seconds * 1000));
};

/** A part needs a body, a source message an author who is a contact, and neither may be redacted already. */
export const redactable = (part: Part): boolean => {
  const { holds, document } = structureOf(part);
  if (part.redactedAt !== undefined || document.redacted === true) return false;
  return isSource(part) ? isContact((document.author as Json | undefined | null)?.type) : holds === 'body';
};

/** What Intercom changes about a part when it is redacted. What had nothing to destroy reads as before. */
const redactionOf = ({ place, holds, document }: PartStructure, redactedAt: number): Json => {
  if (place === 'part' && holds === 'nothing') return {};
  return {
    ...(holds === 'body' && { body: deletedBody }),
    attachments: [],
    redacted: true,
    ...(Object.hasOwn(document, 'updated_at') && { updated_at: inSeconds(redactedAt) }),
  };
};

/** The part, or the source message, in the newest form. */
export const presentPart = (part: Part, people: People): Json => {
  const structure = structureOf(part);
  const fields = isSource(part) ? sourceFields : partFields;
  const whole = fields.join(structure.document, part.content, people) as Json;
  return part.redactedAt === undefined ? whole : { ...whole, ...redactionOf(structure, part.redactedAt) };
};

const present = ({ structure, text, people }: Conversation) => conversationFields.join(structure, text, people) as Json;

/** The conversation in the newest form, without its source message and its parts. */
export const presentConversation = (conversation: Conversation): Json => {
  const { source: _, conversation_parts: __, ...rest } = present(conversation);
  return rest;
};

export interface Presentation {
  /** One of those served. */
  version: string;
  /** Bodies without their markup. */
  plainText?: boolean;
}

const inPlainText = (message: Json): Json =>
  typeof message.body === 'string' ? { ...message, body: plainTextOf(message.body) } : message;

/**
 * The whole conversation as `GET /conversations/{id}` returns it in that version. The parts may be its
 * newest only: the count is of all that it has.
 */
export const presentWhole = (
  conversation: Conversation,
  parts: Part[],
  { version, plainText = false }: Presentation,
): Json => {
  const { people, nextSequence } = conversation;
  const message = (part: Part) => {
    const presented = presentPart(part, people);
    return plainText ? inPlainText(presented) : presented;
  };
  const source = parts.find(isSource);
  const listed = parts.filter((part) => !isSource(part));
  const whole = present(conversation);
  const hasSource = typeof whole.source === 'string' ? 1 : 0;
  const redactions = parts.map(({ redactedAt = 0 }) => inSeconds(redactedAt));
  const updatedAt = Math.max(Number(whole.updated_at ?? 0), ...redactions);
  return toVersion(
    {
      ...whole,
      ...(hasSource && { source: source ? message(source) : null }),
      ...(Object.hasOwn(whole, 'updated_at') && updatedAt > 0 && { updated_at: updatedAt }),
      conversation_parts: {
        type: 'conversation_part.list',
        conversation_parts: listed.map(message),
        total_count: Math.max(nextSequence - hasSource, listed.length),
      },
    },
    versionOf(version),
  );
};
