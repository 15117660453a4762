import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { absent, exists, ifHeld, unchanged } from '../conversations/conditions.ts';
import { RedactionNotFound } from '../errors.ts';
import { record } from '../metrics.ts';
import { assign, entryOf, keyOf, openValue, type RedactionRef } from './ledger-entry.ts';
import { ledgerLists } from './ledger-lists.ts';
import { isSettled, type Redaction, type RedactionState } from './redaction.ts';

type Completion = { completedAt: number; cells: number; verified: true };
type Names = Record<string, string>;
type Values = Record<string, unknown>;

const unsettled = `${exists} AND NOT #state IN (:completed, :refused)`;
const unaccepted = 'attribute_not_exists(acceptedAt)';
const settledStates = { ':completed': 'completed', ':refused': 'refused' } satisfies Record<string, RedactionState>;

/** The append-only record of redactions: entries are added, go on and are settled, and none is removed. */
export const ledgerStore = (client: DynamoDBDocumentClient, tableName: string) => {
  /** Updates an entry that is not settled; false if it is, or if the further condition refused it. */
  const update = (
    ref: RedactionRef,
    expression: string,
    { names = {}, values = {}, only }: { names?: Names; values?: Values; only?: string | undefined } = {},
  ): Promise<boolean> =>
    ifHeld(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf(ref),
          UpdateExpression: expression,
          ConditionExpression: only === undefined ? unsettled : `${unsettled} AND (${only})`,
          ExpressionAttributeNames: { ...names, '#state': 'state' },
          ExpressionAttributeValues: { ...values, ...settledStates },
        }),
      ),
    );

  const find = async (ref: RedactionRef): Promise<Redaction | undefined> => {
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: keyOf(ref), ConsistentRead: true }));
    return Item && entryOf(Item);
  };

  const read = async (ref: RedactionRef): Promise<Redaction> => {
    const entry = await find(ref);
    if (!entry) throw new RedactionNotFound();
    return entry;
  };

  /** Sets attributes of an entry, if it is still of the same attempt; what settles it also takes it out of the index. */
  const change = (redaction: Redaction, changes: Partial<Redaction>, only?: string): Promise<boolean> => {
    const settles = isSettled({ ...redaction, ...changes });
    const { assignments, names, values } = assign(changes);
    const same = unchanged('attempt', redaction.attempt);
    return update(redaction, `SET ${assignments}${settles ? ' REMOVE #open, openedAt' : ''}`, {
      names: { ...names, ...(settles && { '#open': 'open' }) },
      values: { ...values, ...same.values },
      only: only === undefined ? same.condition : `${same.condition} AND ${only}`,
    });
  };

  /** Gives back what stands then, whoever wrote it. */
  const set = async (redaction: Redaction, changes: Partial<Redaction>, only?: string): Promise<Redaction> =>
    (await change(redaction, changes, only)) ? { ...redaction, ...changes } : read(redaction);

  const put = (redaction: Redaction, condition: Partial<PutCommandInput>) => {
    const { tenantId: _, conversationId: __, id: ___, ...entry } = redaction;
    const Item = { ...keyOf(redaction), ...entry, open: openValue, openedAt: entry.requestedAt };
    return ifHeld(client.send(new PutCommand({ TableName: tableName, Item, ...condition })));
  };

  return {
    ...ledgerLists(client, tableName),

    /** Adds the entry, open; false if there is one. */
    request: (redaction: Redaction): Promise<boolean> => put(redaction, { ConditionExpression: absent }),

    /**
     * Opens an entry anew that was refused or whose request has died, as its next attempt; false if that is not what it is any
     * more. It names the attempt before it, so that no late copy opens what was refused since.
     */
    requestAgain: (redaction: Redaction, earlier: Redaction): Promise<boolean> => {
      const same = unchanged('attempt', earlier.attempt);
      return put(redaction, {
        ConditionExpression: `${same.condition} AND #state IN (:requested, :refused)`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ...same.values, ':requested': 'requested', ':refused': settledStates[':refused'] },
      });
    },

    /**
     * Refuses what was never accepted, or, accepted, can't be done; `cells` of it were erased before. Whoever saw it unaccepted must not
     * take back an acceptance.
     */
    refuse: (redaction: Redaction, cells?: number) =>
      set(redaction, { state: 'refused', cells }, redaction.acceptedAt === undefined ? unaccepted : undefined),

    halt: (redaction: Redaction) => set(redaction, { state: 'halted' }),

    /**
     * Records the acceptance, once: the chunks are numbered by its run, so a second one, of a process that was slow, must not
     * change it. Gives back what stands then, which may be another attempt.
     */
    accept: async (
      redaction: Redaction,
      accepted: Required<Pick<Redaction, 'acceptedAt'>> & Pick<Redaction, 'run' | 'chunkBuckets'>,
    ): Promise<Redaction> => {
      const changes = { state: 'erasing', ...accepted } as const;
      if (!(await change(redaction, changes, unaccepted))) return read(redaction);
      record('accepted');
      return { ...redaction, ...changes };
    },

    complete: async (redaction: Redaction, completion: Completion): Promise<Redaction> => {
      const changes = { state: 'completed', ...completion } as const;
      if (!(await change(redaction, changes))) return read(redaction);
      // Here and at the acceptance the condition has told that nobody was first, so that nothing is counted twice. It is not
      // counted at all if the answer to this write is lost, or the function dies before it prints: metrics are no ledger.
      record('completed');
      record('partsErased', completion.cells);
      record('timeToCompletion', completion.completedAt - redaction.requestedAt);
      return { ...redaction, ...changes };
    },

    /** Notes that a round begins, and forgets the chunks below the number given one by one: all of them are finished. */
    begin: async (redaction: Redaction, startedAt: number, finishedBefore: number): Promise<void> => {
      const below = (redaction.finished ?? []).filter((chunk) => chunk < finishedBefore);
      const forget = below.length > 0;
      const same = unchanged('attempt', redaction.attempt);
      await update(
        redaction,
        `SET #state = :erasing, startedAt = if_not_exists(startedAt, :at), finishedBefore = :before${forget ? ' DELETE finished :below' : ''}`,
        {
          values: {
            ':erasing': 'erasing',
            ':at': startedAt,
            ':before': finishedBefore,
            ...same.values,
            ...(forget && { ':below': new Set(below) }),
          },
          // A plan that was overtaken by another's must not take the number back.
          only: `${same.condition} AND (attribute_not_exists(finishedBefore) OR finishedBefore <= :before)`,
        },
      );
    },

    finishChunk: (ref: RedactionRef, chunk: number): Promise<boolean> =>
      update(ref, 'ADD finished :chunk', { values: { ':chunk': new Set([chunk]) } }),

    recordFailure: (ref: RedactionRef, error: string, at: number): Promise<boolean> =>
      update(ref, 'SET lastFailure = :failure ADD failures :one', {
        values: { ':failure': { error, at }, ':one': 1 },
      }),

    /** Counts an execution as ended, and gives back the entry; undefined if somebody else did, or settled it. */
    nextExecution: async (redaction: Redaction): Promise<Redaction | undefined> => {
      const { endedExecutions: ended = 0 } = redaction;
      const counted = await update(redaction, 'SET endedExecutions = :next', {
        values: { ':next': ended + 1, ...(ended > 0 && { ':ended': ended }) },
        only: ended > 0 ? 'endedExecutions = :ended' : 'attribute_not_exists(endedExecutions)',
      });
      return counted ? { ...redaction, endedExecutions: ended + 1 } : undefined;
    },

    read,

    /** Whether a redaction of that id was begun and not refused. */
    knows: async (ref: RedactionRef): Promise<boolean> => {
      const entry = await find(ref);
      return entry !== undefined && entry.state !== 'refused';
    },
  };
};

export type Ledger = ReturnType<typeof ledgerStore>;
