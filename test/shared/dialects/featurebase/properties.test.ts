import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { featurebase } from '../../../../shared/dialects/featurebase/featurebase.ts';
import { conversation, everyPart, type Fields, message, part } from '../../../support/featurebase-documents.ts';
import { redactedAt, storedAs } from '../../../support/stored-as.ts';

// The mark of content: no key, id or enum of a document has it.
const text = fc.string({ unit: 'grapheme' }).map((rest) => `☃${rest}`);
const value = fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' }).map((json) => JSON.stringify({ json, mark: '☃' }));
const content = fc.oneof(
  text,
  value.map((json) => JSON.parse(json)),
  fc.array(text),
  fc.constantFrom(null, '', [], {}),
);
/** Fields that nobody knows, in any place; some have the names of known ones, with a text in them. */
const unknown = fc.dictionary(
  fc.oneof(
    fc.string({ minLength: 1, maxLength: 12 }),
    fc.constantFrom('__proto__', 'constructor', 'csat', 'slack', 'form', 'replyOptions', 'status', 'tagApplications'),
  ),
  content,
  { maxKeys: 4 },
);

const typed = everyPart.map((fields) => fields);
const anyPart = fc
  .record({ fields: fc.constantFrom(...typed), unknown, bodyHtml: content, bodyMarkdown: content })
  .map(({ fields, unknown, ...bodies }) => ({
    ...unknown,
    ...('bodyHtml' in fields ? { ...fields, ...bodies } : fields),
    ...marked(fields),
  }));

/** The fixture's own canaries carry the mark too. */
const marked = (fields: Fields): Fields => JSON.parse(JSON.stringify(fields).replaceAll('canary', '☃'));

const document = fc
  .record({ parts: fc.array(anyPart, { maxLength: 8 }), unknown, title: content, subject: content, source: unknown })
  .map(({ parts, unknown, title, subject, source }) => {
    const whole = marked(conversation(parts.map((fields, index) => ({ ...fields, id: String(index + 1) }))));
    return { ...unknown, ...whole, title, source: { ...source, ...whole.source, subject } };
  });

describe("any document of Featurebase's", () => {
  test.prop([document])('reads as it came', (generated) => {
    const { conversation, parts } = storedAs('featurebase', featurebase.split(generated));
    for (const version of featurebase.versions) {
      expect(JSON.stringify(featurebase.present(conversation, parts, version))).toBe(JSON.stringify(generated));
    }
  });

  test.prop([document])('has no content left in it after a redaction of everything', (generated) => {
    const stored = storedAs('featurebase', featurebase.split(generated));
    const { conversation, parts } = redactedAt(Date.now(), stored);
    const renderings = [
      ...featurebase.versions.map((version) => featurebase.present(conversation, parts, version)),
      featurebase.presentConversation(conversation),
      ...parts.map((redacted) => featurebase.presentPart(redacted, conversation.people)),
    ];
    const values = JSON.stringify(renderings, (_, value: unknown) =>
      // Keys stay: only what stands under them is content.
      value && typeof value === 'object' && !Array.isArray(value) ? Object.values(value) : value,
    );
    expect(values).not.toContain('☃');
  });

  test.prop([fc.jsonValue(), fc.jsonValue(), fc.jsonValue()])(
    'is split or refused, and never breaks the service',
    (source, odd, fields) => {
      const parts = [odd, { ...message(1), ...(fields as Fields) }, part(2, 'status', { csat: odd, author: null })];
      for (const generated of [odd, conversation(parts as Fields[], { source })]) {
        expect(attempt(() => featurebase.split(generated))).toMatch(/^(split|InvalidRequest)$/);
      }
    },
  );
});

const attempt = (run: () => unknown): string => {
  try {
    run();
    return 'split';
  } catch (error) {
    return (error as Error).name;
  }
};
