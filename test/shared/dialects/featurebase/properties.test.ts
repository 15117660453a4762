import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featurebase } from '../../../../shared/dialects/featurebase/featurebase.ts';
import { conversation, everyPart, type Fields, message, part } from '../../../support/featurebase-documents.ts';
import { redacted as redactedAt, stored as storedAs } from '../../../support/stored.ts';

// The mark of content: no key, id or enum of a document has it.
const text = fc.string({ unit: 'grapheme' }).map((rest) => `☃${rest}`);
const value = fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' }).map((json) => JSON.stringify({ json, mark: '☃' }));
const content = fc.oneof(
  text,
  value.map((json) => JSON.parse(json)),
  fc.array(text),
  fc.constantFrom(null, '', [], {}),
);
const fieldsOf = (...names: string[]) => fc.dictionary(fc.constantFrom(...names), content, { maxKeys: 3 });

/** Fields that nobody knows. */
const unknown = fc.dictionary(
  fc.oneof(fc.string({ minLength: 1, maxLength: 12 }), fc.constantFrom('__proto__', 'constructor', 'toString')),
  content,
  { maxKeys: 3 },
);
/** Fields that are known, with what does not belong there. */
const odd = fieldsOf(
  'bodyHtml',
  'bodyMarkdown',
  'channel',
  'createdAt',
  'csat',
  'form',
  'slack',
  'status',
  'actor',
  'tagApplications',
);
const oddOfConversation = fieldsOf('title', 'state', 'tags', 'participants', 'readReceipts', 'csatHistory', 'priority');
const oddOfSource = fieldsOf('bodyHtml', 'bodyMarkdown', 'channel', 'subject', 'url', 'slack', 'deliveredAs');

/** The fixture's own canaries carry the mark too. */
const marked = (fields: Fields): Fields => JSON.parse(JSON.stringify(fields).replaceAll('canary', '☃'));

const anyPart = fc
  .record({ fields: fc.constantFrom(...everyPart), unknown, odd })
  .map(({ fields, unknown, odd }) => ({ ...unknown, ...marked(fields), ...odd }));

const document = fc
  .record({
    parts: fc.array(anyPart, { maxLength: 8 }),
    unknown,
    odd: oddOfConversation,
    source: fc.record({ unknown, odd: oddOfSource }),
  })
  .map(({ parts, unknown, odd, source }) => {
    const whole = marked(conversation(parts.map((fields, index) => ({ ...fields, id: String(index + 1) }))));
    return { ...unknown, ...whole, ...odd, source: { ...source.unknown, ...whole.source, ...source.odd } };
  });

const attempt = (run: () => unknown): string => {
  try {
    run();
    return 'split';
  } catch (error) {
    return (error as Error).name;
  }
};

describe("any document of Featurebase's", () => {
  it('reads as it came', () => {
    const readsAsItCame = (generated: Fields) => {
      const { conversation, parts } = storedAs('featurebase', featurebase.split(generated));
      for (const version of featurebase.versions) {
        expect(JSON.stringify(featurebase.present(conversation, parts, version))).toBe(JSON.stringify(generated));
      }
    };
    fc.assert(fc.property(document, readsAsItCame));
  });

  it('has no content left in it after a redaction of everything', () => {
    const hasNoContent = (generated: Fields) => {
      const stored = storedAs('featurebase', featurebase.split(generated));
      const { conversation, parts } = redactedAt(stored, Date.now());
      const renderings = [
        ...featurebase.versions.map((version) => featurebase.present(conversation, parts, version)),
        featurebase.presentConversation(conversation),
        ...parts.map((redacted) => featurebase.presentPart(redacted, conversation.people)),
      ];
      // Keys stay: only what stands under them is content.
      const values = JSON.stringify(renderings, (_, value: unknown) =>
        value && typeof value === 'object' && !Array.isArray(value) ? Object.values(value) : value,
      );
      expect(values).not.toContain('☃');
    };
    fc.assert(fc.property(document, hasNoContent));
  });

  it('is split or refused, and never breaks the service', () => {
    const neverBreaks = (source: unknown, odd: unknown, fields: unknown) => {
      const parts = [odd, { ...message(1), ...(fields as Fields) }, part(2, 'status', { csat: odd, author: null })];
      for (const generated of [odd, conversation(parts as Fields[], { source })]) {
        expect(attempt(() => featurebase.split(generated))).toMatch(/^(split|InvalidRequest)$/);
      }
    };
    fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), neverBreaks));
  });
});
