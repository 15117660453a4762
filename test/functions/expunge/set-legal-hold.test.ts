import { beforeAll, describe, expect, it } from 'vitest';
import { documentOf } from '../../support/augno-documents.ts';
import { augnoApi, expungeApi, imported } from '../../support/endpoints.ts';
import { everyItem, type Item, keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-hold');
});

const standing = async () => JSON.stringify(await everyItem());

describe('PUT /v1/conversations/{id}/legal-hold', () => {
  it.each([true, false])('says what holds: %s', async (held) => {
    const id = await imported(key, documentOf(1));
    const answer = await expungeApi.hold(key, id, held);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ object: 'legal_hold', conversationId: `augno:${id}`, held });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-request-id': expect.any(String) });
    expect((await expungeApi.get(key, id)).body.legalHold).toBe(held);
    expect((await augnoApi.get(key, id)).body.legal_hold).toBe(held ? 'held' : 'released');
  });

  it('keeps the time of the first when it is placed again', async () => {
    const id = await imported(key, documentOf(1));
    await expungeApi.hold(key, id, true);
    const before = await everyItem();
    expect((await expungeApi.hold(key, id, true)).body.held).toBe(true);
    // The second decision is counted, so that nothing which was decided before it is applied after it.
    const counted = (item: Item) => (item['sk'] === 'GUARD' && 'heldSince' in item ? { ...item, version: 2 } : item);
    const ofIt = (item: Item) => String(item['pk']).includes(id);
    expect((await everyItem()).filter(ofIt)).toEqual(before.filter(ofIt).map(counted));
  });

  it('refuses every redaction while it is held, changes nothing, and lets it through when released', async () => {
    const id = await imported(key, documentOf(2));
    await expungeApi.hold(key, id, true);
    const before = await standing();

    for (const body of [undefined, { parts: [`mg_${id}_0`] }]) {
      const answer = await expungeApi.redact(key, id, body);
      expect(answer.status).toBe(409);
      expect(answer.body).toEqual({
        error: {
          code: 'legal_hold',
          message: 'The conversation is under legal hold: nothing was changed',
          parameter: null,
          requestId: answer.headers['x-request-id'],
        },
      });
    }
    expect(await standing()).toBe(before);
    await expungeApi.hold(key, id, false);
    expect((await expungeApi.redact(key, id)).body.state).toBe('completed');
  });

  it('leaves what was redacted before as it is', async () => {
    const id = await imported(key, documentOf(1));
    await expungeApi.redact(key, id);
    await expungeApi.hold(key, id, true);
    expect((await expungeApi.get(key, id)).text).not.toContain('canary');
  });

  it.each<[string, unknown, string | null]>([
    ['no body', undefined, 'body'],
    ['an empty object', {}, 'held'],
    ['a text', { held: 'true' }, 'held'],
    ['null', { held: null }, 'held'],
    ['an unknown parameter', { held: true, until: 'canary' }, 'until'],
    ['a list', [], 'body'],
    ['text that is not JSON', '{held:true}', null],
  ])('refuses %s, naming the parameter, and changes nothing', async (_, body, parameter) => {
    const id = await imported(key, documentOf(1));
    const before = await standing();
    const answer = await expungeApi.hold(key, id, undefined, { body });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toEqual({
      code: 'invalid_request',
      message: expect.any(String),
      parameter,
      requestId: answer.headers['x-request-id'],
    });
    expect(answer.text).not.toContain('canary');
    expect(await standing()).toBe(before);
  });
});
