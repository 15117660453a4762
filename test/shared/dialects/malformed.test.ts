import { describe, expect, it } from 'vitest';
import type { Json } from '../../../shared/conversations/conversation.ts';
import { augno } from '../../../shared/dialects/augno/augno.ts';
import type { Dialect } from '../../../shared/dialects/dialect.ts';
import { featurebase } from '../../../shared/dialects/featurebase/featurebase.ts';
import { intercom } from '../../../shared/dialects/intercom/intercom.ts';
import { zendesk } from '../../../shared/dialects/zendesk/zendesk.ts';
import { DomainError } from '../../../shared/errors.ts';
import { documentOf as augnoDocument } from '../../support/augno-documents.ts';
import { conversation as featurebaseConversation, everyPart } from '../../support/featurebase-documents.ts';
import * as intercomDocuments from '../../support/intercom-documents.ts';
import { stored } from '../../support/stored.ts';
import * as zendeskDocuments from '../../support/zendesk-documents.ts';

const odd: unknown[] = [undefined, null, [], [null], [[]], {}, [{}], 5, 'canary', true, -0.5];
const intercomParts = [intercomDocuments.part('11'), intercomDocuments.assignment('12')];
const zendeskDocument = zendeskDocuments.documentIn(zendeskDocuments.documentOf());

/** A whole document of each vendor, its parts, and where it has a list of them. */
const vendors: [string, Dialect, { whole: unknown; parts: readonly unknown[]; withParts: (list: unknown) => Json }][] =
  [
    [
      'augno',
      augno,
      {
        whole: augnoDocument(2),
        parts: augnoDocument(2).messages,
        withParts: (messages) => ({ conversation: { id: 'c1' }, messages }),
      },
    ],
    [
      'featurebase',
      featurebase,
      {
        whole: featurebaseConversation(everyPart.slice(0, 2)),
        parts: everyPart,
        withParts: (conversationParts) => ({ id: '1', conversationParts }),
      },
    ],
    [
      'intercom',
      intercom,
      {
        whole: intercomDocuments.documentOf(intercomParts),
        parts: intercomParts,
        withParts: (list) => ({ id: '1', conversation_parts: { conversation_parts: list } }),
      },
    ],
    [
      'zendesk',
      zendesk,
      {
        whole: zendeskDocument,
        parts: zendeskDocument.audits,
        withParts: (audits) => ({ ticket: { id: 1 }, audits }),
      },
    ],
  ];

const pathsIn = (value: unknown): string[][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [[key], ...pathsIn(inner).map((path) => [key, ...path])])
    : [];

const replaced = (value: unknown, [key, ...path]: string[], by: unknown): unknown => {
  if (key === undefined) return by;
  const copy: any = Array.isArray(value) ? [...value] : { ...(value as Json) };
  copy[key] = replaced(copy[key], path, by);
  return copy;
};

/** The document with each odd value at each of its places. */
const variants = (document: unknown): unknown[] =>
  pathsIn(document).flatMap((path) => odd.map((value) => replaced(document, path, value)));

const refusalOf = (run: () => unknown): unknown => {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
};
const faultsIn = (documents: unknown[], run: (document: unknown) => unknown) =>
  documents.flatMap((document) => {
    const refusal = refusalOf(() => run(document));
    return refusal === undefined || refusal instanceof DomainError
      ? []
      : [`${(refusal as Error).stack} for ${JSON.stringify(document)}`];
  });

describe.each(vendors)('what is no document of the vendor: %s', (name, dialect, { whole, parts, withParts }) => {
  it('is refused as a conversation and as a part, with the place where it is wrong', () => {
    const refusal = { name: 'InvalidRequest', parameter: expect.any(String) };
    for (const document of odd) {
      expect(refusalOf(() => dialect.split(document))).toMatchObject(refusal);
      expect(refusalOf(() => dialect.splitParts(document))).toMatchObject(refusal);
    }
  });

  it('is divided and reads again, or is refused, with anything at any place of a conversation', () => {
    const readAgain = (document: unknown) => {
      const { conversation, parts: divided } = stored(name, dialect.split(document));
      for (const version of new Set([dialect.versions[0]!, dialect.versions.at(-1)!]))
        dialect.present(conversation, divided, version);
    };
    expect(faultsIn(variants(whole), readAgain)).toEqual([]);
  });

  it('is divided and reads again, or is refused, with anything at any place of a part', () => {
    const readAgain = (document: unknown) => {
      const { parts: divided, people } = dialect.splitParts(document);
      for (const part of divided) dialect.presentPart({ ...part, sequence: 1 }, people);
    };
    expect(faultsIn(parts.flatMap(variants), readAgain)).toEqual([]);
  });

  it('is refused with more parts than a request may bring, before it is asked what they are', () => {
    expect(refusalOf(() => dialect.split(withParts(Array.from({ length: 5001 }, () => 'x'))))).toMatchObject({
      name: 'TooLarge',
    });
    expect(refusalOf(() => dialect.split(withParts(['x'])))).toMatchObject({ name: 'InvalidRequest' });
  });
});
