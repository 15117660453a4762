import { describe, expect, it } from 'vitest';
import type { SplitConversation } from '../../../shared/conversations/conversation.ts';
import { augno } from '../../../shared/dialects/augno/augno.ts';
import type { Dialect, Wire } from '../../../shared/dialects/dialect.ts';
import { featurebase } from '../../../shared/dialects/featurebase/featurebase.ts';
import { intercom } from '../../../shared/dialects/intercom/intercom.ts';
import { dialectNames } from '../../../shared/dialects/registry.ts';
import { zendesk } from '../../../shared/dialects/zendesk/zendesk.ts';
import * as errors from '../../../shared/errors.ts';
import { documentOf as augnoDocument } from '../../support/augno-documents.ts';
import * as featurebaseDocuments from '../../support/featurebase-documents.ts';
import * as intercomDocuments from '../../support/intercom-documents.ts';
import { redacted, stored } from '../../support/stored.ts';
import * as zendeskDocuments from '../../support/zendesk-documents.ts';

interface Specimen {
  dialect: Dialect & Wire;
  document: unknown;
  /** The versions in which the vendor gives back this very document. */
  versions: readonly string[];
  /** The latest time that it says of itself or of a part. */
  changedAt: string;
}

/** A line a fixture: a new dialect adds its own. */
const specimens: Record<string, Specimen> = {
  'augno: a conversation': {
    dialect: augno,
    document: augnoDocument(4),
    versions: augno.versions,
    changedAt: '2026-11-02T09:00:04.000Z',
  },
  'featurebase: every type of part': {
    dialect: featurebase,
    document: featurebaseDocuments.conversation(featurebaseDocuments.everyPart),
    versions: featurebase.versions,
    changedAt: '2026-01-15T10:48:00.000Z',
  },
  'intercom: the lists of 2.15': {
    dialect: intercom,
    document: intercomDocuments.documentOf([intercomDocuments.part('11'), intercomDocuments.assignment('12')]),
    versions: ['2.15'],
    changedAt: '2024-12-18T16:02:04.000Z',
  },
  'intercom: the arrays of 2.2': {
    dialect: intercom,
    document: intercomDocuments.pageOf22(),
    versions: ['2.2'],
    changedAt: '2018-10-24T15:01:10.000Z',
  },
  'zendesk: a chat ticket': {
    dialect: zendesk,
    document: zendeskDocuments.documentIn(zendeskDocuments.documentOf()),
    versions: zendesk.versions,
    changedAt: '2026-11-02T09:20:00.000Z',
  },
};

const cases = Object.entries(specimens);

/** All strings of a value, names of fields left out. */
const stringsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
};

/** The texts that a redaction must destroy: those of content that do not stand in structure or identity too. */
const secretsOf = ({ text, parts, structure, people }: SplitConversation): string[] => {
  const staying = new Set(stringsIn([structure, people, parts.map((part) => part.structure)]));
  const content = stringsIn([text ?? {}, parts.map((part) => [part.content ?? {}, part.kept ?? {}])]);
  return content.filter((secret) => secret.length > 3 && !staying.has(secret));
};

/** A short text may be part of another by chance. */
const holds = (text: string, secret: string) => text === secret || (secret.length > 8 && text.includes(secret));

const worded: [string, Error][] = [
  new errors.ConversationNotFound(),
  new errors.PartNotFound(),
  new errors.RedactionNotFound(),
  new errors.PartNotRedactable(),
  new errors.PartChanged(),
  new errors.LegalHold(),
  new errors.RouteNotFound(),
  new errors.MethodNotAllowed(['GET']),
  new errors.Unauthenticated(),
  new errors.InsufficientPermissions('messaging:delete'),
  new errors.ApiVersionMissing(),
  new errors.ApiVersionInvalid('9.9'),
  new errors.InvalidRequest('wrong', { parameter: 'id' }),
  new errors.TooLarge('too large'),
  new errors.IdempotencyInProgress('key'),
  new errors.IdempotencyKeyReused('key'),
  new errors.Unavailable('busy'),
  new errors.TableNotReplayed(),
  new errors.TimedOut(),
].map((error) => [error.name, error]);

it('every registered dialect has a specimen', () => {
  expect([...new Set(cases.map(([, { dialect }]) => dialect.name))].toSorted()).toEqual(dialectNames.toSorted());
});

describe.each(cases)('%s', (_, { dialect, document, versions, changedAt }) => {
  const split = dialect.split(document);
  const whole = stored(dialect.name, split);

  it.each(versions)('is given back as it was imported, in %s', (version) => {
    expect(dialect.present(whole.conversation, whole.parts, version)).toEqual(document);
  });

  it.each(dialect.versions)('has no text of its content left after a redaction of everything, in %s', (version) => {
    const secrets = secretsOf(split);
    expect(secrets.length).toBeGreaterThan(1);
    const after = redacted(whole, Date.parse('2026-11-22T10:00:00Z'));
    const renderings = stringsIn([
      dialect.present(after.conversation, after.parts, version),
      dialect.presentConversation(after.conversation),
      after.parts.map((part) => dialect.presentPart(part, after.conversation.people)),
    ]);
    expect(secrets.filter((secret) => renderings.some((text) => holds(text, secret)))).toEqual([]);
  });

  it('keeps content out of its structure and its people', () => {
    const standing = stringsIn([split.structure, split.people, split.parts.map((part) => part.structure)]);
    expect(secretsOf(split).filter((secret) => standing.some((text) => holds(text, secret)))).toEqual([]);
    expect(standing.filter((text) => text.startsWith('canary'))).toEqual([]);
  });

  it('says by its structure alone when it last changed', () => {
    const times = [whole.conversation, ...whole.parts].map(({ structure }) => dialect.changedAt(structure));
    expect(new Date(Math.max(...times.filter((time) => time !== undefined))).toISOString()).toBe(changedAt);
    const after = redacted(whole, Date.parse('2026-11-22T10:00:00Z'));
    expect([after.conversation, ...after.parts].map(({ structure }) => dialect.changedAt(structure))).toEqual(times);
  });

  it('has ids that are opaque and differ', () => {
    const ids = split.parts.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe.each([augno, featurebase, intercom, zendesk])('$name', (wire) => {
  it.each(worded)('words %s by a status and a body', (_, error) => {
    const { status, body } = wire.error(error, { requestId: 'request-1' });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThanOrEqual(504);
    expect(status).not.toBe(500);
    expect(Object.keys(body as object).length).toBeGreaterThan(0);
  });

  it('says nothing of a fault of the service', () => {
    const answer = wire.error(new TypeError('canary of the fault'), { requestId: 'request-1' });
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer)).not.toContain('canary');
  });
});
