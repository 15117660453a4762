import type { Json, People, SplitConversation, SplitPart } from '../../conversations/conversation.ts';
import { checked } from '../checked.ts';
import { conversationFields, partFields, sourceFields } from './fields.ts';
import { toStoredForm } from './forms.ts';
import { conversationDocument, partDocument, sourcePartId } from './schema.ts';
import { isBlank } from './shape.ts';
import { idText } from './values.ts';

/** What stays of a part: its document, with blanks in it, and what a redaction changes about it. */
export interface PartStructure extends Json {
  place: 'source' | 'part';
  /** A part without a body has none to be redacted; one that holds nothing reads the same before and after. */
  holds: 'body' | 'other' | 'nothing';
  document: Json;
}

const holdingOf = (content: Json = {}): PartStructure['holds'] => {
  if (Object.hasOwn(content, 'body')) return 'body';
  return Object.values(content).every(isBlank) ? 'nothing' : 'other';
};

const divide = (place: PartStructure['place'], id: string, whole: Json, people: People): SplitPart => {
  const fields = place === 'source' ? sourceFields : partFields;
  const { structure, content } = fields.split(whole, people);
  const held = content as Json | undefined;
  const kept: PartStructure = { place, holds: holdingOf(held), document: structure as Json };
  return { id, structure: kept, content: held };
};

const divideEntry = (part: Json, people: People) => divide('part', idText(part.id)!, part, people);

/** One entry of `conversation_parts`; throws InvalidRequest. */
export const splitEntry = (document: unknown): { parts: SplitPart[]; people: People } => {
  const people: People = {};
  const part = checked(partDocument, document, 'part');
  return { parts: [divideEntry(part, people)], people };
};

/** A conversation of any version; its source message becomes its first part. Throws InvalidRequest. */
export const split = (document: unknown): SplitConversation => {
  const whole = checked(conversationDocument, document, 'document');
  const { source, conversation_parts: list } = whole;
  const people: People = {};
  const sourceId = source ? sourcePartId(idText(source.id)) : null;
  const own = toStoredForm({
    ...whole,
    ...(source !== undefined && { source: sourceId }),
    conversation_parts: null,
  });
  const { structure, content } = conversationFields.split(own, people);
  const parts = (list?.conversation_parts ?? []).map((part) => divideEntry(part, people));
  return {
    externalId: idText(whole.id)!,
    structure: structure as Json,
    text: content as Json | undefined,
    legalHold: false,
    people,
    parts: source && sourceId ? [divide('source', sourceId, source, people), ...parts] : parts,
  };
};
