import type { Json, People, SplitConversation, SplitPart } from '../../conversations/conversation.ts';
import { checked } from '../checked.ts';
import { divide, type Outline } from './divide.ts';
import { conversationOutline, messageTypes, partOutline, sourceOutline } from './outlines.ts';
import { importDocument, partDocument, sourceId } from './schema.ts';

const orNone = (content: Json): Json | undefined => (Object.keys(content).length > 0 ? content : undefined);

/** The fields that are there. */
const present = (fields: Json): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const divideFields = (outline: Outline, document: Json, people: People) => {
  const { structure, content } = divide(outline, document, people);
  return { structure: structure as Json, content: content as Json | undefined };
};

const dividePart = (document: Json, people: People): SplitPart => ({
  id: String(document.id),
  ...divideFields(partOutline, document, people),
});

export const splitMessage = (document: unknown): { parts: SplitPart[]; people: People } => {
  checked(partDocument, document, 'part');
  const people: People = {};
  return { parts: [dividePart(document as Json, people)], people };
};

const authorOf = ({ author }: Json) => (author as { id?: unknown } | null | undefined)?.id;

/**
 * The part that says what the source says, if there is one: the first message, by the same author. The
 * source's bodies are then a copy, which a redaction of that part could not reach if it were stored.
 */
const originalOf = (source: Json, parts: Json[]): string | undefined => {
  const first = parts.find(({ partType }) => messageTypes.has(partType as string));
  if (!first || !source.bodyMarkdown || first.bodyMarkdown !== source.bodyMarkdown) return undefined;
  // Their HTML may differ, by the signatures of its images.
  const reads = typeof first.bodyHtml === typeof source.bodyHtml && authorOf(first) === authorOf(source);
  return reads ? String(first.id) : undefined;
};

/** The source as part zero, and what of it is the conversation's own text: its subject and where it began. */
const divideSource = (document: Json, parts: Json[], people: People): { part: SplitPart; own: Json } => {
  const { structure, content = {} } = divideFields(sourceOutline, document, people);
  const { subject, url, bodyHtml, bodyMarkdown, ...rest } = content;
  const original = originalOf(document, parts);
  const bodies = original === undefined ? present({ bodyHtml, bodyMarkdown }) : {};
  const part = {
    id: sourceId,
    structure: { source: structure, ...(original !== undefined && { original }) },
    content: orNone({ ...rest, ...bodies }),
  };
  return { part, own: present({ subject, url }) };
};

export const split = (given: unknown): SplitConversation => {
  checked(importDocument, given, 'document');
  const document = given as Json & { source?: Json | null; conversationParts?: Json[] };
  const { source, conversationParts = [] } = document;
  const people: People = {};
  const first = source ? divideSource(source, conversationParts, people) : undefined;
  // Their places stay, so that they read again where they stood.
  const places = { ...(source && { source: {} }), ...(document.conversationParts && { conversationParts: [] }) };
  const { structure, content } = divideFields(conversationOutline, { ...document, ...places }, people);
  return {
    externalId: String(document.id),
    structure,
    text: orNone({ ...content, ...(first && orNone(first.own) && { source: first.own }) }),
    legalHold: false,
    people,
    parts: [...(first ? [first.part] : []), ...conversationParts.map((part) => dividePart(part, people))],
  };
};
