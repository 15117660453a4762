import { type DynamoDBDocumentClient, type GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { describe, expect, it } from 'vitest';
import { documents } from '../../../shared/clients.ts';
import { guardStore } from '../../../shared/conversations/guard.ts';
import { requireEnv } from '../../../shared/env.ts';
import { LegalHold } from '../../../shared/errors.ts';
import { freshId } from '../../support/augno-documents.ts';
import { realRules, start, type State, type Step, stepsFrom, withoutDifference } from './guard-model.ts';

const tableName = requireEnv('TABLE_NAME');
const tenantId = 'tenant-replay';
const guards = guardStore(documents, tableName);
// `npm run drill:guard-replay` takes the larger one.
const size = { parts: 1, copies: 2, decisions: 2, atOnce: process.env['EXPUNGE_DRILL'] ? 2 : 1 };

/** Changes a write before it is sent; what it gives back as undefined is not sent, and passes for done. */
type Mutation = (input: UpdateCommand['input'], conversationId: string) => Promise<UpdateCommand['input'] | undefined>;

type Path = readonly Step[];

/** What the guard can tell apart of a state: not who is dead, or what was promised to whom. */
const guardKeyOf = ({ parts, held, mark, by, decisions, wires }: State): string =>
  JSON.stringify([
    parts,
    held,
    mark,
    by,
    decisions,
    wires.map((wire) => ({ ...wire, contested: false, asked: 0, run: 0 })),
  ]);

/** Paths from the start by which every transition of the model is taken that calls the guard. */
const paths = (): Path[] => {
  const ways = new Map<string, Path>([[guardKeyOf(start), []]]);
  const ended: Path[] = [];
  for (let wave: State[] = [start]; wave.length > 0;) {
    const next: State[] = [];
    for (const state of wave) {
      const way = ways.get(guardKeyOf(state))!;
      let goesOn = false;
      for (const step of stepsFrom(state, size, realRules)) {
        const to = withoutDifference(step.to, realRules);
        if (!ways.has(guardKeyOf(to))) {
          ways.set(guardKeyOf(to), [...way, step]);
          next.push(to);
          goesOn = true;
        } else if (!/^(?:die|sweep|resume)/.test(step.name)) ended.push([...way, step]);
      }
      if (!goesOn) ended.push(way);
    }
    wave = next;
  }
  return ended;
};

/** A sender: a store whose writes wait until a step says what becomes of them. */
const senderOf = (conversationId: string, mutate: Mutation) => {
  let input: UpdateCommand['input'] | undefined;
  let captured = Promise.withResolvers<void>();
  let answer = Promise.withResolvers<unknown>();
  const client = {
    send: async (command: UpdateCommand | GetCommand) => {
      if (!(command instanceof UpdateCommand)) return documents.send(command);
      input = await mutate(command.input, conversationId);
      if (!input) return {};
      answer = Promise.withResolvers();
      captured.resolve();
      return answer.promise;
    },
  } as unknown as DynamoDBDocumentClient;
  return {
    store: guardStore(client, tableName),
    sent: () => captured.promise,
    /** A copy of the write is applied, and nobody hears of it. */
    deliver: async () => input && documents.send(new UpdateCommand(input)).catch(() => undefined),
    /** Another one is, and its sender hears. */
    deliverHeard: async () => {
      if (!input) return;
      captured = Promise.withResolvers();
      const applied = documents.send(new UpdateCommand(input));
      answer.resolve(applied);
      await applied.catch(() => undefined);
    },
  };
};

type Sender = ReturnType<typeof senderOf> & { result: Promise<string> };

/** Takes the steps with the real store; gives back the first that went otherwise. The state after each is compared where no path before took it. */
const follow = async (path: Path, mutate: Mutation, compared: Set<Step>): Promise<string | undefined> => {
  const id = `augno:${freshId('cv')}`;
  await guards.createIfAbsent(tenantId, id, undefined);
  const senders = new Map<number, Sender>();
  const resultOf = (run: Promise<unknown>): Promise<string> =>
    run.then(
      (value) => (value === false ? 'again' : 'done'),
      (error: unknown) => (error instanceof LegalHold ? 'refused' : String(error)),
    );
  const send = async (wire: number, kind: string) => {
    const sender = senderOf(id, mutate);
    const { store } = sender;
    const decide = async (): Promise<unknown> => {
      if (kind === 'close') return store.close(tenantId, id, await guards.read(tenantId, id));
      if (kind === 'accept') return store.raise(tenantId, id, `r${wire}`, 'redacted', 1000);
      return store.setLegalHold(tenantId, id, kind === 'place', 1000);
    };
    const result = resultOf(decide());
    senders.set(wire, { ...sender, result });
    await Promise.race([sender.sent(), result]);
  };
  const heard = async (wire: number): Promise<string> => {
    const sender = senders.get(wire)!;
    await sender.deliverHeard();
    return Promise.race([sender.result, sender.sent().then(() => 'again')]);
  };

  for (const step of path) {
    const { name, to, wire = -1, heard: expected } = step;
    const [what, kind = ''] = name.split(' ');
    if (name === 'append') await guards.reserve(tenantId, id, 1);
    else if (what === 'send') await send(wire, kind);
    else if (what === 'unheard' || what === 'late') await senders.get(wire)!.deliver();
    else if (expected !== undefined) {
      const answer = await heard(wire);
      if (answer !== expected) return `${name}: ${answer}`;
    }
    if (compared.has(step)) continue;
    compared.add(step);
    const { nextSequence, held, redactedThrough = -1 } = await guards.read(tenantId, id);
    if (nextSequence !== to.parts || held !== to.held || redactedThrough !== to.mark)
      return `${name}: ${JSON.stringify({ nextSequence, held, redactedThrough })}`;
  }
  return undefined;
};

const without = (input: UpdateCommand['input'], changes: Partial<UpdateCommand['input']>): UpdateCommand['input'] => {
  const changed = { ...input, ...changes };
  const text = `${changed.UpdateExpression} ${changed.ConditionExpression}`;
  const used = Object.entries(changed.ExpressionAttributeValues ?? {}).filter(([name]) =>
    new RegExp(`${name}\\b`).test(text),
  );
  return { ...changed, ExpressionAttributeValues: used.length > 0 ? Object.fromEntries(used) : undefined };
};
const isHold = ({ UpdateExpression = '' }: UpdateCommand['input']) => UpdateExpression.includes('heldSince');
const unversioned = (condition = '') =>
  condition.replace(/attribute_not_exists\(version\)|version = :seen/, 'attribute_exists(pk)');

describe('the real guard', { timeout: 300_000 }, () => {
  it('does and answers what the model says, in every transition', async () => {
    const all = paths();
    const compared = new Set<Step>();
    expect(all.length).toBeGreaterThan(1_000);
    const differences = await pMap(all, (path) => follow(path, async (input) => input, compared), { concurrency: 32 });
    const told = differences.flatMap((difference, n) =>
      difference ? [[all[n]!.map(({ name }) => name).join(' → '), difference]] : [],
    );
    expect(told.slice(0, 3)).toEqual([]);
  });

  const mutations: [string, Mutation][] = [
    [
      'a hold that is decided on any version',
      async (input) =>
        isHold(input) ? without(input, { ConditionExpression: unversioned(input.ConditionExpression) }) : input,
    ],
    [
      'a hold that does not raise the version',
      async (input) =>
        isHold(input)
          ? without(input, {
              UpdateExpression: input
                .UpdateExpression!.replace(/version = :next,?/, '')
                .replace(/SET +REMOVE/, 'REMOVE'),
            })
          : input,
    ],
    [
      'a watermark as it is when applied',
      async (input) => {
        const raised = input.UpdateExpression!.replace('= :through', '= nextSequence - :one');
        const values = { ...input.ExpressionAttributeValues, ':one': 1 };
        return without(input, { UpdateExpression: raised, ExpressionAttributeValues: values });
      },
    ],
    [
      'a hold that is not written where it changes nothing',
      async (input, id) => {
        const { held } = await guards.read(tenantId, id);
        return isHold(input) && held === input.UpdateExpression!.includes(':now') ? undefined : input;
      },
    ],
    [
      'an acceptance that does not know itself again',
      async (input) => without(input, { UpdateExpression: input.UpdateExpression!.replace(/, \w+By = :id/, '') }),
    ],
  ];
  it.each(mutations)('is told from %s', async (_, mutate) => {
    let found: string | undefined;
    await pMap(
      paths(),
      async (path) => {
        const difference = found ?? (await follow(path, mutate, new Set()).catch(String));
        found ??= difference;
      },
      { concurrency: 32 },
    );
    expect(found).toBeDefined();
  });
});
