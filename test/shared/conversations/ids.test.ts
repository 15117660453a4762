import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { externalId } from '../../../shared/conversations/external-id.ts';
import { conversationId, dialectOf, externalOf, isOpaqueId } from '../../../shared/conversations/ids.ts';

const letters = Array.from('ABCXYZabcxyz0189._:~=-');
const opaque = fc
  .tuple(fc.constantFrom(...Array.from('AZaz09')), fc.string({ unit: fc.constantFrom(...letters), maxLength: 255 }))
  .map(([first, rest]) => first + rest)
  .filter(isOpaqueId);

describe('an opaque id', () => {
  it.each([
    ['Intercom, Featurebase', '1911149811'],
    ['a Zendesk chat', '2109.10502823.Sjuj2YrBpXwei'],
    ['a Zendesk message', '10502823-16EkM3T6VNq7KMd'],
    ['a UUID', '3f2b9a4e-0d7c-4a51-9c6e-1f0a2b3c4d5e'],
    ['a UUID of digits', '12345678-1234-1234-1234-123456789012'],
    ['Augno', 'cv_w35z4ck68yq7'],
    ['24 hexadecimal digits', '507f1f77bcf86cd799439011'],
    ['24 digits', '507117726866799439011123'],
    ['a ULID', '01HZX3V9Q8N2T4R6M8K0J2H4G6'],
    ['Base64url', 'aGVsbG8td29ybGQ='],
    ['one digit', '7'],
    ['256 characters', 'x'.repeat(256)],
  ])('may be the id of %s', (_, id) => {
    expect(isOpaqueId(id)).toBe(true);
    expect(externalId.parse(id)).toBe(id);
  });

  it.each([
    '+4930555010020',
    '+1 212 555 0100',
    '004930555010020',
    '0049 30 5550100',
    '030-555-0100',
    '212-555-0100',
    '1-800-555-0100',
    '212.555.0100',
    '(212)555-0100',
    '(030) 5550100',
    'tel:+4930555010',
    'tel:110',
    'SMS:2125550100',
    'whatsapp:4915112345678',
  ])('is no phone number: %s', (id) => {
    expect(isOpaqueId(id)).toBe(false);
  });

  it.each([
    'ada@example.com',
    'ada.brandt+x@example.com',
    '"ada"@example.com',
    'mailto:ada@example.com',
    '@ada',
    'ada@',
  ])('is no e-mail address and no handle: %s', (id) => {
    expect(isOpaqueId(id)).toBe(false);
  });

  it.each([
    '',
    ' ',
    'x'.repeat(257),
    '_x',
    '-x',
    '.x',
    ':x',
    '~x',
    '=x',
    '__proto__',
    '..',
    'ä',
    '１',
    'x\u200B',
    'x\uD800',
  ])('is not %j', (id) => {
    expect(isOpaqueId(id)).toBe(false);
  });

  it('holds none of the characters that keys or logs could be read by', () => {
    const forbidden = fc.constantFrom(...Array.from('@+#/ \\"\'<>{}[]()%&?*|,;!$^`\n\r\t\0\u007F\u00A0\u2028é🧵'));
    fc.assert(
      fc.property(opaque, forbidden, fc.nat(), (id, character, at) => {
        const place = at % (id.length + 1);
        expect(isOpaqueId(id.slice(0, place) + character + id.slice(place))).toBe(false);
      }),
    );
  });

  it('is found by its characters alone, whatever text comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.emailAddress(), fc.webUrl()), (text) => {
        if (isOpaqueId(text)) expect(text).toMatch(/^[A-Za-z0-9][\w.:~=-]{0,255}$/);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        expect(isOpaqueId(address)).toBe(false);
      }),
    );
  });
});

describe('a conversation id', () => {
  it('gives back its dialect and its external id, which may hold colons', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,20}$/), opaque, (dialect, external) => {
        const id = conversationId(dialect, external);
        expect([dialectOf(id), externalOf(id)]).toEqual([dialect, external]);
      }),
    );
  });

  it('without a colon has no dialect', () => {
    expect([dialectOf('cv_1'), externalOf('cv_1')]).toEqual(['', 'cv_1']);
  });
});
