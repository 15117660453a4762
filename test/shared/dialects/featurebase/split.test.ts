import { describe, expect, it } from 'vitest';
import { featurebase } from '../../../../shared/dialects/featurebase/featurebase.ts';
import { InvalidRequest } from '../../../../shared/errors.ts';
import {
  ada,
  conversation,
  everyPart,
  type Fields,
  message,
  noor,
  part,
} from '../../../support/featurebase-documents.ts';
import { type Stored, stored as storedAs } from '../../../support/stored.ts';

const stored = (document: unknown) => storedAs('featurebase', featurebase.split(document));
const presented = ({ conversation, parts }: Stored, version = '2026-01-01.nova'): Fields =>
  featurebase.present(conversation, parts, version);

const refusalOf = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe("a conversation of Featurebase's, split", () => {
  const document = conversation(everyPart);

  it.each(featurebase.versions)('reads in %s as it came, to the order of its keys', (version) => {
    expect(JSON.stringify(presented(stored(document), version))).toBe(JSON.stringify(document));
  });

  it('keeps no content in its structure and no name outside of its people', () => {
    const { structure, people, parts } = featurebase.split(document);
    const structures = JSON.stringify([structure, parts.map((split) => split.structure)]);
    expect(structures).not.toMatch(/canary|Ada|Noor|@|https:/);
    expect(JSON.stringify(parts.map(({ content }) => content))).not.toMatch(/Ada|Noor/);
    expect(people).toEqual({
      [ada.id]: {
        name: { name: ada.name },
        email: { email: ada.email },
        profilePicture: { profilePicture: ada.profilePicture },
      },
      [noor.id]: { name: { name: noor.name } },
    });
  });

  it('has the source as part zero, and its subject and address beside the title', () => {
    const { parts, text, structure, legalHold } = featurebase.split(document);
    expect(legalHold).toBe(false);
    expect(structure).toMatchObject({ source: {}, conversationParts: [] });
    expect(JSON.stringify(text)).not.toMatch(/canary-(body|note|source)/);
    expect(parts.map(({ id }) => id)).toEqual(['source', ...everyPart.map(({ id }) => String(id))]);
    const { bodyHtml, bodyMarkdown, subject, url } = document.source;
    expect(parts[0]?.content).toEqual({ bodyHtml, bodyMarkdown });
    expect(text).toMatchObject({ title: 'canary-title', source: { subject, url } });
  });

  it('keeps of an event only what is no text, and gives a part that has none no content', () => {
    const { parts } = featurebase.split(document);
    const contents = Object.fromEntries(parts.map(({ id, content }) => [id, content]));
    expect(contents).toMatchObject({
      6: { replyOptions: { 0: { text: 'canary-option-1' }, 1: { text: 'canary-option-2' } } },
      9: { csat: { remark: 'canary-remark' } },
      14: { tagName: 'canary-tag-name', actor: { name: 'canary-flow' } },
      18: { transcript: ['canary-transcript'], seconds: 31, channel: 'canary-channel' },
    });
    for (const id of [8, 11, 12, 13, 16, 17]) expect(contents[id]).toBeUndefined();
  });

  it.each([
    ['a channel of a newer version', 'channel', 'carrier pigeon'],
    ['a time that is none', 'createdAt', 'last Tuesday, at the clinic'],
    ['an id that is an address', 'targetPartId', 'ada@example.com'],
    ['a flag that is a text', 'isPriority', 'yes, she said'],
    ['a list that is a text', 'tagApplications', 'none, she said'],
    ['an object that is a list', 'csat', ['she said']],
    ['a field called __proto__', '__proto__', 'she said'],
    ['a field called constructor', 'constructor', 'she said'],
  ])('counts %s as content', (_, key, value) => {
    const odd = conversation([{ ...part(1, 'status'), ...JSON.parse(JSON.stringify({ [key]: value })) }]);
    if (key === '__proto__') Object.defineProperty(odd.conversationParts[0], key, { value, enumerable: true });
    const split = stored(odd);
    expect(split.parts[1]?.content).toHaveProperty([key], value);
    expect(JSON.stringify(split.parts[1]?.structure)).not.toMatch(/pigeon|Tuesday|@|said/);
    expect(JSON.stringify(presented(split))).toBe(JSON.stringify(odd));
  });

  it.each(['en', 'pt-BR', 'zh-Hans-CN', 'es-419'])('knows %s as a language', (userPreferredLanguage) => {
    expect(featurebase.split(conversation([], { userPreferredLanguage })).structure).toMatchObject({
      userPreferredLanguage,
    });
  });

  it.each([
    ['no id', { partType: 'status' }, 'part.id'],
    ['no type', { id: '1' }, 'part.partType'],
  ])('has no part with %s', (_, document, parameter) => {
    expect(refusalOf(() => featurebase.splitParts(document))).toMatchObject({ name: 'InvalidRequest', parameter });
  });

  it('does not take a sentence for a language', () => {
    const { structure, text } = featurebase.split(conversation([], { userPreferredLanguage: 'en-x-she-said' }));
    expect(structure).toMatchObject({ userPreferredLanguage: '' });
    expect(text).toMatchObject({ userPreferredLanguage: 'en-x-she-said' });
  });

  it('gives numbers back where ids came as numbers, and takes them for the same person', () => {
    const author = { id: 17, type: 'customer', name: 'Ada Brandt' };
    const document = conversation([message(1, 'user_msg', { author }), message(2, 'user_msg', { author })], { id: 99 });
    const split = featurebase.split(document);
    expect(split.externalId).toBe('99');
    expect(Object.keys(split.people)).toEqual(['17']);
    expect(presented(stored(document))).toEqual(document);
  });

  it('lets a later part bring what names a person', () => {
    const first = featurebase.splitParts(
      message(1, 'user_msg', { author: { id: ada.id, type: 'customer', name: 'Ada' } }),
    );
    const second = featurebase.splitParts(message(2));
    expect(Object.keys(second.people[ada.id] ?? {})).toEqual(expect.arrayContaining(['name', 'email']));
    expect(featurebase.presentPart({ ...first.parts[0]!, sequence: 1 }, second.people).author).toEqual({
      id: ada.id,
      type: 'customer',
      name: ada.name,
    });
  });

  it('reads without a source, and without parts', () => {
    const { source: _, ...sourceless } = conversation([message(1)]);
    expect(presented(stored(sourceless))).toEqual(sourceless);
    const nothing = conversation([], { source: null, title: null });
    expect(presented(stored(nothing))).toEqual(nothing);
    expect(presented(stored({ id: '7' }))).toEqual({ id: '7', conversationParts: [] });
  });

  it.each([
    ['nothing', undefined, 'document'],
    ['a list', [], 'document'],
    ['no id', { conversationParts: [] }, 'document.id'],
    ['an address for an id', conversation([], { id: 'ada@example.com' }), 'document.id'],
    ['a text for parts', conversation([], { conversationParts: 'canary' }), 'document.conversationParts'],
    ['a part without a type', conversation([{ id: '1' }]), 'document.conversationParts.0.partType'],
    ['a sentence for a type', conversation([part(1, 'she said')]), 'document.conversationParts.0.partType'],
    ['a part with the id of the source', conversation([part('source', 'status')]), 'document.conversationParts.0.id'],
    [
      'an address for an author',
      conversation([message(1, 'user_msg', { author: { id: 'ada@example.com', type: 'customer' } })]),
      'document.conversationParts.0.author.id',
    ],
  ])('is refused where it has %s, without a word of what it says', (_, document, parameter) => {
    const refusal = refusalOf(() => featurebase.split(document));
    expect(refusal).toBeInstanceOf(InvalidRequest);
    expect(refusal).toMatchObject({ parameter });
    expect((refusal as Error).message).not.toMatch(/canary|@|said/);
  });
});
