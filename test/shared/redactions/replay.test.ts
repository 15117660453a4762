import { beforeAll, describe, expect, it } from 'vitest';
import { documents } from '../../../shared/clients.ts';
import { erasureStore } from '../../../shared/conversations/cell-erasure.ts';
import { guardStore } from '../../../shared/conversations/guard.ts';
import { sealStore } from '../../../shared/conversations/seal-store.ts';
import { LedgerBehind, TableInUse } from '../../../shared/errors.ts';
import { type Replay, type Replayed, replayLedger, replayPass } from '../../../shared/redactions/replay.ts';
import { replayTable } from '../../../shared/redactions/replay-table.ts';
import { call, contextOf } from '../../support/call.ts';
import { killAfter, withFaults } from '../../support/faults.ts';
import { tenantId as walkTenant } from '../../support/redactions.ts';
import { liveOn, secret, standing } from '../../support/restore-drill.ts';
import { deployedOn, itemsOf, ownTable, putItem, restoredCopy, type Table } from '../../support/restored-table.ts';
import type { Item } from '../../support/tables.ts';

const replayOf = ({ tableName }: Table, dryRun = false): Replay => ({
  source: replayTable(documents, ownTable.tableName),
  target: replayTable(documents, tableName),
  erasures: erasureStore(documents, tableName),
  guards: guardStore(documents, dryRun ? ownTable.tableName : tableName),
  dryRun,
});

const replayed = async (table: Table): Promise<Replayed[]> => {
  const passes: Replayed[] = [];
  await replayLedger(replayOf(table), (counts) => passes.push(counts));
  return passes;
};

const holding = (items: Map<string, Item>, text: string) =>
  [...items].filter(([, item]) => JSON.stringify(item).includes(text)).map(([name]) => name);

const kindOf = (name: string) => / ([A-Z]+)/.exec(name)![1]!;
const ofKinds = (items: Map<string, Item>, ...kinds: string[]) =>
  new Map([...items].filter(([name]) => kinds.includes(kindOf(name))));

let drill: Awaited<ReturnType<typeof liveOn>>;
/** The restored table as it was before anything was replayed. */
let copied: Map<string, Item>;
let source: Map<string, Item>;
beforeAll(async () => {
  drill = await liveOn();
  copied = await itemsOf(drill.restored);
  source = await itemsOf(ownTable);
});

describe('a restored table before the replay', () => {
  it('holds again what was redacted since', () => {
    expect(holding(source, secret)).toEqual([]);
    expect(holding(copied, secret).length).toBeGreaterThan(7);
  });

  it('would have all of it done by a dry run, which writes nothing', async () => {
    const counts = await replayPass(replayOf(drill.restored, true));
    expect(counts).toMatchObject({ redactions: 11, revokedKeys: 1, holds: 2 });
    expect(counts.cells).toBeGreaterThan(7);
    expect(await itemsOf(drill.restored)).toEqual(copied);
  });
});

describe('a restored table after the replay', () => {
  let passes: Replayed[];
  let items: Map<string, Item>;
  beforeAll(async () => {
    passes = await replayed(drill.restored);
    items = await itemsOf(drill.restored);
  });

  it('holds nothing that was redacted, in any item', () => {
    expect(holding(items, secret)).toEqual([]);
    // Nor what a large one had accepted and not erased yet.
    expect(holding(items, `canary of ${drill.running.slice(6)}`)).toEqual([]);
  });

  it('was found so by a last pass that had nothing left to do', () => {
    expect(passes).toHaveLength(2);
    expect(passes[0]).toMatchObject({ redactions: 11, erasedWhole: 0, holds: 2, revokedKeys: 1 });
    expect(Object.values(passes[1]!).every((count) => count === 0)).toBe(true);
  });

  it('has the structure and the people of the copy, to the byte', () => {
    const structure = ['P', 'META', 'W', 'A'];
    expect(ofKinds(items, ...structure)).toEqual(ofKinds(copied, ...structure));
  });

  it('has the ledger, the part ids, the keys and the settings of the table that lived on', () => {
    const decided = ['R', 'ID', 'KEY', 'SETTINGS'];
    expect(ofKinds(items, ...decided)).toEqual(ofKinds(source, ...decided));
    expect(ofKinds(items, 'GUARD')).toEqual(ofKinds(source, 'GUARD'));
  });

  it('has cells that are erased or masked as there, and all others as in the copy', () => {
    const cells = (of: Map<string, Item>) =>
      new Map([...ofKinds(of, 'C')].filter(([name]) => !name.includes(drill.running)));
    const redacted = [...cells(source)].filter(([, cell]) => 'erasedAt' in cell || 'masks' in cell);
    expect(redacted.length).toBeGreaterThan(10);
    expect(cells(items)).toEqual(new Map([...cells(copied), ...redacted]));
    expect(holding(cells(items), standing)).toEqual(expect.arrayContaining(holding(cells(copied), standing)));
  });

  it('keeps what a legal hold had saved from an erasure that was under way', () => {
    const kept = (of: Map<string, Item>) =>
      [...ofKinds(of, 'C')].filter(([name, cell]) => name.includes(drill.stopped) && 'content' in cell);
    expect(kept(items).length).toBeGreaterThan(0);
    expect(kept(items)).toEqual(kept(source));
  });
});

/** The endpoints, loaded anew so that they serve the restored table. */
const load = async () => ({
  ...(await import('../../support/endpoints.ts')),
  redactIntercom: (await import('../../../functions/intercom/redact/handler.ts')).handler,
  readIntercom: (await import('../../../functions/intercom/get-conversation/handler.ts')).handler,
  readFeaturebase: (await import('../../../functions/featurebase/get-conversation/handler.ts')).handler,
  listAudits: (await import('../../../functions/zendesk/list-audits/handler.ts')).handler,
  importConversation: (await import('../../../functions/expunge/import-conversation/handler.ts')).handler,
  plan: (await import('../../../functions/erasure/plan/handler.ts')).handler,
  eraseChunk: (await import('../../../functions/erasure/erase-chunk/handler.ts')).handler,
  settle: (await import('../../../functions/erasure/settle/handler.ts')).handler,
  ...(await import('../../../functions/stores.ts')),
});

describe('a stage that is pointed at the restored table', () => {
  let restored: Table;
  let api: Awaited<ReturnType<typeof load>>;
  let key: string;
  beforeAll(async () => {
    ({ key } = drill);
    restored = await restoredCopy(copied);
    api = await deployedOn(restored, load);
  });

  const readTicket = (id: number) => call(api.listAudits, { key, path: { ticket_id: String(id) } });
  const readInbox = () => call(api.readIntercom, { key, path: { id: drill.inbox.id } });
  const readBoard = () => call(api.readFeaturebase, { key, path: { id: drill.board['id'] } });
  const importAs = (dialect: string, document: unknown) =>
    call(api.importConversation, { key, body: { dialect, document } });
  const idOf = ({ conversation }: { conversation: { id: string } }) => conversation.id;

  it('refuses every request in the words of its API before the replay, and writes nothing', async () => {
    const { conversation } = drill.untouched;
    const answers = [
      await api.augnoApi.messages(key, conversation.id),
      await api.augnoApi.redact(key, conversation.id, { headers: { 'idempotency-key': 'refused' } }),
      await api.expungeApi.redact(key, conversation.id),
      await api.expungeApi.import(key, drill.late),
      await readInbox(),
      await readBoard(),
      await readTicket(drill.ticket.id),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    expect(answers.map(({ body }) => body.error?.code ?? body.error ?? body.errors[0].code)).toEqual([
      'service_unavailable',
      'service_unavailable',
      'unavailable',
      'unavailable',
      'service_unavailable',
      'service_unavailable',
      'ServiceUnavailable',
    ]);
    expect(await itemsOf(restored)).toEqual(copied);
  });

  describe('when it is replayed and sealed, without a deployment', () => {
    let unsealed: number;
    beforeAll(async () => {
      await replayed(restored);
      unsealed = (await api.augnoApi.get(key, idOf(drill.untouched))).status;
      await sealStore(documents, restored.tableName).seal(restored.tableId);
    });

    it('is refused up to the seal', () => expect(unsealed).toBe(503));

    it('serves what was not redacted as it was', async () => {
      const { body } = await api.augnoApi.messages(key, idOf(drill.untouched));
      expect(body.data.map(({ body: text }: any) => text)).toEqual([standing]);
    });

    it('shows what was redacted as redacted, in every dialect', async () => {
      const messages = await api.augnoApi.messages(key, idOf(drill.messages));
      expect(messages.body.data.map(({ subject }: any) => subject)).toEqual([standing, standing]);
      const whole = await api.expungeApi.get(key, idOf(drill.whole));
      const answers = [messages, whole, await readInbox(), await readBoard(), await readTicket(drill.ticket.id)];
      for (const answer of answers) {
        expect(answer.status).toBe(200);
        expect(answer.text).not.toContain(secret);
      }
      expect((await readInbox()).body.conversation_parts.conversation_parts[0].redacted).toBe(true);
      expect((await readBoard()).text).toContain(standing);
      expect((await readTicket(drill.ticket.id)).text).toContain('My number is ▇▇▇▇!');
    });

    it('has a ledger that says so', async () => {
      const { body } = await api.expungeApi.redactions(key, idOf(drill.whole));
      expect(body.data).toMatchObject([{ state: 'completed' }]);
    });

    it('brings nothing back when the same documents and parts are sent again', async () => {
      const again = [
        await api.expungeApi.import(key, drill.whole),
        await api.expungeApi.import(key, drill.messages),
        await api.expungeApi.import(key, drill.late),
        await api.expungeApi.append(key, idOf(drill.grown), [drill.appended]),
        await importAs('intercom', drill.inbox),
        await importAs('featurebase', drill.board),
        await importAs('zendesk', { ticket: drill.ticket.ticket, audits: drill.ticket.audits }),
        await importAs('zendesk', { ticket: drill.lateTicket.ticket, audits: drill.lateTicket.audits }),
      ];
      expect(again.map(({ status }) => status)).toEqual(again.map(() => 200));
      expect(holding(await itemsOf(restored), secret)).toEqual([]);
      const late = await api.expungeApi.get(key, idOf(drill.late));
      expect(late.body.parts).toHaveLength(2);
      expect((await readTicket(drill.lateTicket.id)).text).toContain('My number is ▇▇▇▇!');
    });

    it('gives new parts sequences that nobody had', async () => {
      const { message, freshId } = await import('../../support/augno-documents.ts');
      const fresh = message(freshId('mg'), 10, { body: `${standing}, new` });
      await api.expungeApi.append(key, idOf(drill.grown), [fresh]);
      expect(holding(await itemsOf(restored), `${standing}, new`)).toEqual([
        expect.stringMatching(new RegExp(`${idOf(drill.grown)} C#0+2$`)),
      ]);
    });

    it('holds what was held', async () => {
      const { status, body } = await api.expungeApi.redact(key, idOf(drill.held));
      expect([status, body.error.code]).toEqual([409, 'legal_hold']);
    });

    it.each(['running', 'stopped'] as const)('goes on with a large redaction that was %s, to its end', async (name) => {
      const conversationId = drill[name];
      await api.guards.setLegalHold(walkTenant, conversationId, false, 0);
      const { redactions } = await api.ledger.list(walkTenant, conversationId, { limit: 1 });
      const ref = { tenantId: walkTenant, conversationId, id: redactions[0]!.id };
      const plan = await api.plan(ref, contextOf());
      const { redaction, chunks } = plan as Extract<typeof plan, { next: 'erase' }>;
      for (const chunk of chunks) await api.eraseChunk({ redaction, chunk }, contextOf());
      expect(await api.settle(ref, contextOf())).toEqual({ state: 'completed' });
      expect(holding(await itemsOf(restored), `canary of ${conversationId.slice(6)}`)).toEqual([]);
    });

    it('refuses the key that was revoked, and takes the one that was made since', async () => {
      const read = (of: string) => api.augnoApi.get(of, idOf(drill.untouched));
      expect((await read(drill.revokedKey)).status).toBe(401);
      expect((await read(drill.newKey)).status).toBe(200);
    });
  });
});

describe('a replay', () => {
  const finished = async (table: Table) => {
    const items = await itemsOf(table);
    expect(holding(items, secret)).toEqual([]);
    return items;
  };

  it('can be broken off at any write and begun again', async () => {
    const expected = await finished(drill.restored);
    for (const survived of [1, 8, 23]) {
      const table = await restoredCopy(copied);
      let writes = 0;
      const dies = killAfter(({ command }) => /Write|Put|Update|Delete/.test(command) && ++writes === survived);
      await expect(withFaults(dies, () => replayed(table))).rejects.toThrow();
      await replayed(table);
      expect(await finished(table)).toEqual(expected);
    }
  });

  it('erases a whole cell where the spans can not be told any more', async () => {
    const table = await restoredCopy(copied);
    const from = await restoredCopy(source);
    const [name, cell] = [...source].find(
      ([key, { masks }]) => masks !== undefined && key.includes(`zendesk:${drill.ticket.id}`),
    )!;
    const { pk, sk } = cell as { pk: string; sk: string };
    await replayTable(documents, from.tableName).remove([{ pk, sk }]);
    const counts = await replayPass({ ...replayOf(table), source: replayTable(documents, from.tableName) });
    expect(counts.erasedWhole).toBe(1);
    expect((await finished(table)).get(name)).toEqual({
      pk,
      sk,
      erasedAt: expect.any(Number),
      redactionId: expect.any(String),
    });
  });

  it('finds content under an entry that says completed in both tables', async () => {
    const table = await restoredCopy(source);
    const [, erased] = [...source].find(([key]) => key.includes(`${drill.whole.conversation.id} C#0`))!;
    const { pk, sk } = erased as { pk: string; sk: string };
    await putItem(table, { pk, sk, content: JSON.stringify({ body: secret }), version: 1 });
    // The other one is the large one that was accepted and not erased: three parts and the text.
    expect((await replayed(table))[0]).toMatchObject({ redactions: 2, cells: 5 });
    await finished(table);
  });

  it('takes no ledger that lacks what the restored table knows, and leaves the table as it was', async () => {
    const older = await restoredCopy(copied);
    const table = await restoredCopy(source);
    const replay = replayLedger({ ...replayOf(table), source: replayTable(documents, older.tableName) }, () => {});
    await expect(replay).rejects.toThrow(LedgerBehind);
    expect(await itemsOf(table)).toEqual(source);
  });

  it('closes the source before it reads what is brought over, and makes a pass after that', async () => {
    const replay = replayOf(await restoredCopy(source));
    await replayLedger(replay, () => {});
    const steps: string[] = [];
    const scanMarks: typeof replay.source.scanMarks = (onPage) => (steps.push('read'), replay.source.scanMarks(onPage));
    const closeSource = async () => void steps.push('close');
    await replayLedger({ ...replay, source: { ...replay.source, scanMarks }, closeSource }, () => steps.push('pass'));
    expect(steps).toEqual(['close', 'read', 'pass', 'close', 'read', 'pass']);
  });

  it('does not end while the source is written to', async () => {
    const replay = replayOf(await restoredCopy(copied));
    const from = await restoredCopy(source);
    const reading = replayTable(documents, from.tableName);
    const [, guard] = [...source].find(([key]) => key.endsWith(' GUARD'))!;
    let sequences = 1_000_000;
    const scanMarks: typeof reading.scanMarks = async (onPage) => {
      await putItem(from, { ...guard, nextSequence: ++sequences });
      return reading.scanMarks(onPage);
    };
    const busy = replayLedger({ ...replay, source: { ...reading, scanMarks } }, () => {});
    await expect(busy).rejects.toThrow(TableInUse);
  });
});
