import { describe, expect, it } from 'vitest';
import { featurebase } from '../../../../shared/dialects/featurebase/featurebase.ts';
import {
  ada,
  conversation,
  everyPart,
  type Fields,
  message,
  noor,
  part,
} from '../../../support/featurebase-documents.ts';
import { redacted as redactedAt, type Stored, stored as storedAs } from '../../../support/stored.ts';

const time = Date.parse('2026-03-01T12:00:00.123Z');
const stored = (document: unknown) => storedAs('featurebase', featurebase.split(document));
const presented = ({ conversation, parts }: Stored, version = '2026-01-01.nova'): Fields =>
  featurebase.present(conversation, parts, version);

describe("a source whose text is a part's", () => {
  const first = message('1', 'user_msg', { bodyHtml: '<p>canary-same</p>', bodyMarkdown: 'canary-same' });
  const source = { channel: 'desktop', bodyHtml: '<p>canary-same</p>', bodyMarkdown: 'canary-same' };
  const author = { id: ada.id, type: 'customer' };
  const copying = conversation([part('0', 'status', { status: 'open' }), first, message('2')], {
    source: { ...source, author },
  });

  it('is not stored, and reads as it came', () => {
    const split = stored(copying);
    expect(split.parts[0]?.content).toBeUndefined();
    expect(presented(split)).toEqual(copying);
  });

  it('goes when the part is redacted', () => {
    const { conversation, parts } = stored(copying);
    const [, , original] = redactedAt({ conversation, parts }, time).parts;
    const document = presented({ conversation, parts: parts.with(2, original!) });
    expect(document.source).toMatchObject({ bodyHtml: '', bodyMarkdown: '' });
    expect(JSON.stringify(document)).not.toContain('canary-same');
  });

  it('reads as redacted where only the source is', () => {
    const { conversation, parts } = stored(copying);
    const [redacted] = redactedAt({ conversation, parts }, time).parts;
    const document = presented({ conversation, parts: parts.with(0, redacted!) });
    expect(document.source).toMatchObject({ bodyHtml: '', bodyMarkdown: '' });
    expect(document.conversationParts[1]).toEqual(first);
  });

  it('is one without authors too', () => {
    const anonymous = {
      ...copying,
      source: { ...source, author: null },
      conversationParts: [{ ...first, author: null }],
    };
    expect(featurebase.split(anonymous).parts[0]).toEqual({
      id: 'source',
      structure: { source: { channel: 'desktop', bodyHtml: '', bodyMarkdown: '', author: null }, original: '1' },
      content: undefined,
    });
  });

  it.each([
    ['of another author', { source: { ...source, author: { id: noor.id, type: 'admin' } } }],
    ['in a message without HTML', { source: { ...source, author }, conversationParts: [{ ...first, bodyHtml: null }] }],
    ['in a later message', { source: { ...source, author }, conversationParts: [message('2'), first] }],
  ])('stands for itself where the text is %s', (_, fields) => {
    const { parts } = featurebase.split({ ...copying, ...fields });
    expect(parts[0]?.structure).not.toHaveProperty('original');
    expect(parts[0]?.content).toEqual({ bodyHtml: source.bodyHtml, bodyMarkdown: source.bodyMarkdown });
  });
});

describe("a part of Featurebase's, redacted", () => {
  const document = conversation(everyPart);
  const everything = redactedAt(stored(document), time);

  it.each(everyPart.filter(({ partType }) => /_msg$|note|quick|prompt/.test(partType)))(
    'says so and keeps what is no text: $partType',
    (original) => {
      const { parts } = everything;
      const { people } = featurebase.split(document);
      const presented = featurebase.presentPart(
        parts.find(({ id }) => id === String(original.id))!,
        people,
      );
      const bodies = 'bodyHtml' in original ? { bodyHtml: '', bodyMarkdown: '' } : {};
      expect(presented).toMatchObject({ ...bodies, redacted: true, updatedAt: '2026-03-01T12:00:00.123Z' });
      expect(new Set(Object.keys(presented))).toEqual(new Set([...Object.keys(original), 'redacted']));
      expect(JSON.stringify(presented)).not.toContain('canary');
      const { id, partType, createdAt } = original;
      expect(presented).toMatchObject({ id, partType, createdAt });
    },
  );

  it('keeps its author', () => {
    const { conversationParts } = presented(everything);
    expect(conversationParts[0].author).toEqual(ada);
    expect(conversationParts[1].author).toEqual(noor);
    expect(conversationParts[3].author).toEqual({ id: null, type: 'bot', name: '' });
  });

  it('stays as it is where it is an event without text', () => {
    const { conversationParts } = presented(everything);
    for (const index of [7, 10, 11, 12, 15, 16]) expect(conversationParts[index]).toEqual(everyPart[index]);
    expect(conversationParts[13]).toEqual({
      ...everyPart[13],
      tagName: '',
      actor: { id: null, type: 'workflow', name: '' },
    });
  });

  it('stays as Featurebase left it where it was redacted there', () => {
    const before = message(1, 'user_msg', { bodyHtml: '', bodyMarkdown: '', redacted: true });
    expect(presented(redactedAt(stored(conversation([before])), time)).conversationParts[0]).toEqual(before);
  });

  it('is flagged where it had no flag', () => {
    const { redacted: _, ...unflagged } = message(1);
    expect(presented(redactedAt(stored(conversation([unflagged])), time)).conversationParts[0].redacted).toBe(true);
  });

  it('leaves no canary in the whole document', () => {
    const document = presented(everything);
    expect(JSON.stringify(document)).not.toContain('canary');
    expect(document).toMatchObject({ title: '', tags: [{ name: '', type: 'tag' }], customAttributes: {} });
    expect(document.source).toMatchObject({ channel: 'email', subject: '', url: '', bodyHtml: '', bodyMarkdown: '' });
    expect(document.csatSummary).toMatchObject({ score: 2, status: 'rated', remark: '' });
  });

  it('may be a message of a person or a bot, and nothing else', () => {
    const redactable = stored(document).parts.filter((stored) => featurebase.redactable(stored));
    expect(redactable.map(({ structure }) => structure.partType)).toEqual([
      'user_msg',
      'admin_msg',
      'email_msg',
      'bot_msg',
    ]);
  });
});
