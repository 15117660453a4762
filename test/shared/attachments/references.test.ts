import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attachmentIdsIn, referenceTo, withLinks } from '../../../shared/attachments/references.ts';
import type { Json } from '../../../shared/conversations/conversation.ts';

const id = `att_${'0123456789abcdef'.repeat(2)}`;
const linkOf = (attachmentId: string) => `https://files.example.com/${attachmentId}?X-Amz-Expires=3600&x-id=GetObject`;

describe('a reference to an attachment', () => {
  it.each([
    ['as an address', { attachments: { data: [{ url: referenceTo(id) }] } }],
    ['in an attribute of HTML', { bodyHtml: `<p>See <img src="${referenceTo(id)}" alt="x"></p>` }],
    ['in an attribute without quotes', { bodyHtml: `<img src=${referenceTo(id)}>` }],
    ['in a sentence', { msg: `see ${referenceTo(id)}.` }],
    ['in a list of lists', { deep: [[[{ url: referenceTo(id) }]]] }],
    ['under any key', { ['__proto__']: { url: referenceTo(id) } }],
    ['twice, as one', { a: referenceTo(id), b: [referenceTo(id)] }],
  ])('is found %s', (_, content: Json) => {
    expect(attachmentIdsIn(JSON.parse(JSON.stringify(content)))).toEqual([id]);
  });

  it.each([
    ['without its scheme', id],
    ['in capitals', referenceTo(id).toUpperCase()],
    ['too short', referenceTo(id).slice(0, -1)],
    ['that goes on', `${referenceTo(id)}0`],
    ['that is the end of another word', `my-${referenceTo(id)}`],
    ['of another scheme', `cid:${referenceTo(id)}`],
  ])('is none %s', (_, text) => {
    expect(attachmentIdsIn({ text })).toEqual([]);
    expect(withLinks({ text }, new Map([[id, linkOf(id)]]))).toEqual({ text });
  });

  it('is none as a key, which is no content of its own', () => {
    expect(attachmentIdsIn({ [referenceTo(id)]: 1 })).toEqual([]);
  });

  it('stays where it has no link', () => {
    expect(withLinks({ a: referenceTo(id) }, new Map())).toEqual({ a: referenceTo(id) });
  });

  it('is none in a part without content', () => {
    expect(attachmentIdsIn(undefined)).toEqual([]);
  });
});

const anId = fc.stringMatching(/^[0-9a-f]{32}$/).map((hex) => `att_${hex}`);
/** A text as a list of pieces: words, and ids in the place of references. */
const aText = fc.array(
  fc.oneof(
    fc.string().map((word) => ({ word })),
    anId.map((attachmentId) => ({ attachmentId })),
  ),
);
type Pieces = ({ word: string } | { attachmentId: string })[];
const spaced = (pieces: Pieces, write: (attachmentId: string) => string) =>
  pieces.map((piece) => ('word' in piece ? piece.word : write(piece.attachmentId))).join(' " ');
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    aText.map((pieces) => ({ pieces })),
    fc.constantFrom(null, 1, true),
    fc.array(tie('tree')),
    fc.dictionary(fc.string(), tie('tree')).map((fields) => ({ fields })),
  ),
}));

/** The tree as JSON, its texts written in one way, and the ids that stand in it. */
const rendered = (node: any, write: (attachmentId: string) => string): { value: any; ids: string[] } => {
  if (Array.isArray(node)) {
    const inner = node.map((item) => rendered(item, write));
    return { value: inner.map(({ value }) => value), ids: inner.flatMap(({ ids }) => ids) };
  }
  if (node?.pieces) {
    const ids = (node.pieces as Pieces).flatMap((piece) => ('attachmentId' in piece ? [piece.attachmentId] : []));
    return { value: spaced(node.pieces, write), ids };
  }
  if (node?.fields) {
    const inner = Object.entries(node.fields).map(([key, item]) => [key, rendered(item, write)] as const);
    return {
      value: Object.fromEntries(inner.map(([key, { value }]) => [key, value])),
      ids: inner.flatMap(([, { ids }]) => ids),
    };
  }
  return { value: node, ids: [] };
};

describe('any content', () => {
  it('gives its references up wherever they stand, and nothing else of it changes when links take their place', () => {
    fc.assert(
      fc.property(tree, (root) => {
        const { value, ids } = rendered(root, referenceTo);
        const content = { root: value };
        expect(attachmentIdsIn(content)).toEqual([...new Set(ids)]);
        const links = new Map(ids.map((attachmentId) => [attachmentId, linkOf(attachmentId)]));
        expect(withLinks(content, links)).toEqual({ root: rendered(root, linkOf).value });
      }),
    );
  });
});
