import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intercom } from '../../../../shared/dialects/intercom/intercom.ts';
import { plainTextOf } from '../../../../shared/dialects/intercom/plain-text.ts';
import { conversationIn } from '../../../support/intercom-arbitraries.ts';
import { redacted, stored } from '../../../support/stored.ts';

const imported = (document: unknown) => stored('intercom', intercom.split(document));
const redactedAt = Date.parse('2026-11-02T09:00:00Z');

describe.each(intercom.versions)("any conversation of Intercom's in %s", (version) => {
  it('reads as it was imported', () => {
    fc.assert(
      fc.property(conversationIn(version), (document) => {
        const { conversation, parts } = imported(document);
        expect(intercom.present(conversation, parts, version)).toEqual(document);
      }),
      { numRuns: 60 },
    );
  });

  it('has no content left in any version once it is redacted, and keeps its people', () => {
    fc.assert(
      fc.property(conversationIn(version), (document) => {
        const whole = imported(document);
        const left = redacted(whole, redactedAt);
        expect(JSON.stringify(left)).not.toContain('canary');
        for (const other of intercom.versions) {
          expect(JSON.stringify(intercom.present(left.conversation, left.parts, other))).not.toContain('canary');
        }
        expect(JSON.stringify([whole.conversation.structure, whole.parts.map((part) => part.structure)])).not.toContain(
          'Name',
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe('any JSON at all', () => {
  it('in the place of a field is given back, and gone after a redaction', () => {
    const fields = ['tags', 'statistics', 'contacts', 'ai_agent', 'conversation_rating', 'linked_objects', 'state'];
    // As text and back, since JSON has no -0.
    const json = (constraints = {}) => fc.json(constraints).map((text): unknown => JSON.parse(text));
    const value = json({ maxDepth: 4 }).map((any) => ({ canary: any, text: 'canary' }));
    fc.assert(
      fc.property(fc.constantFrom(...fields), value, json(), (field, held, body) => {
        const document = { id: '1', [field]: held, source: { id: '2', body, author: held } };
        const whole = imported(document);
        const presented = intercom.present(whole.conversation, whole.parts, 'Preview');
        expect(presented).toMatchObject({ ...document, source: { id: '2', author: held } });
        expect(JSON.stringify(redacted(whole, redactedAt))).not.toContain('canary');
      }),
      { numRuns: 300 },
    );
  });
});

describe('the plain text of a body', () => {
  it.each([
    ['', ''],
    ['<p>Hi</p>', 'Hi'],
    ['<p>one</p>\n<p>two</p>', 'one\n\ntwo'],
    ['<ul><li>a</li><li>b</li></ul>', 'a\nb'],
    ['1 < 2 &lt; 3', '1 < 2 < 3'],
    ['&amp;lt;', '&lt;'],
    ['&#128512;&#x1F600;&#9999999;&unknown;', '😀😀&#9999999;&unknown;'],
    ['<a href="https://example.com">link</a>&nbsp;<img src="x">', 'link'],
  ])('of %s is %s', (html, text) => {
    expect(plainTextOf(html)).toBe(text);
  });

  it('takes no longer for a hostile body', () => {
    const started = performance.now();
    plainTextOf('<a'.repeat(200_000));
    plainTextOf('&#'.repeat(200_000));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
