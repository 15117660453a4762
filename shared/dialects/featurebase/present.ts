import type { Conversation, Json, Part, People } from '../../conversations/conversation.ts';
import { restore } from './divide.ts';
import { conversationOutline, flaggedTypes, partOutline, sourceOutline } from './outlines.ts';
import { type Includes, sourceId } from './schema.ts';

export const isSource = ({ id }: Part) => id === sourceId;

/** The id of the part that the source's bodies are a copy of, if they are. */
export const originalOf = ({ structure }: Part) => structure.original as string | undefined;

const bodiesOf = ({ bodyHtml, bodyMarkdown }: Json) => ({ bodyHtml, bodyMarkdown });

/** Only the keys that the document has: what Featurebase did not send is not made up. */
const overKeysOf = (document: Json, values: Json): Json =>
  Object.fromEntries(Object.entries(values).filter(([key]) => Object.hasOwn(document, key)));

/**
 * The part with all that is stored of it. A redacted one has empty bodies and says so, where its type can;
 * one that Featurebase itself had redacted before stays as it was. The source reads as the object it is.
 */
export const presentPart = (part: Part, people: People): Json => {
  const { structure, content, redactedAt } = part;
  if (isSource(part)) return restore(sourceOutline, { structure: structure.source, content }, people) as Json;
  const document = restore(partOutline, { structure, content }, people) as Json;
  const flagged = flaggedTypes.has(structure.partType as string) && structure.redacted !== true;
  if (redactedAt === undefined || !flagged) return document;
  const updatedAt = new Date(redactedAt).toISOString();
  return { ...document, ...overKeysOf(document, { bodyHtml: '', bodyMarkdown: '', updatedAt }), redacted: true };
};

/** The conversation with all that is stored of it; in the places of its source and its parts stands what is its own. */
export const presentConversation = ({ structure, text, people }: Conversation): Json =>
  restore(conversationOutline, { structure, content: text }, people) as Json;

const presentSource = (source: Part, original: Part | undefined, people: People): Json => {
  const document = presentPart(source, people);
  // A redaction of the source covers its text wherever that stands.
  if (!original || source.redactedAt !== undefined) return document;
  return { ...document, ...overKeysOf(document, bodiesOf(presentPart(original, people))) };
};

/** Of a conversation's parts, those that an answer shows. */
export interface Shown {
  source: Part | undefined;
  /** The part whose text the source repeats, if there is one. */
  original: Part | undefined;
  parts: Part[];
}

/** The conversation with its source and the parts given. */
export const presentWith = (conversation: Conversation, { source, original, parts }: Shown): Json => {
  const { people } = conversation;
  const document = presentConversation(conversation);
  return {
    ...document,
    ...(source && { source: { ...presentSource(source, original, people), ...(document.source as Json) } }),
    conversationParts: parts.map((part) => presentPart(part, people)),
  };
};

/** What `GET /v2/conversations/{id}` answers: the names and types of attributes only where they are asked for. */
export const answerConversation = (conversation: Conversation, shown: Shown, includes: Includes): Json => {
  const document = presentWith(conversation, shown);
  if (includes.has('customAttributeDefinitions')) return document;
  const { customAttributeValues: _, ...rest } = document;
  return rest;
};

/** The whole document; every version reads the same, since new fields alone do not make a new one. */
export const present = (conversation: Conversation, parts: Part[]): Json => {
  const source = parts.find(isSource);
  const id = source && originalOf(source);
  return presentWith(conversation, {
    source,
    original: parts.find((part) => part.id === id),
    parts: parts.filter((part) => part !== source),
  });
};
