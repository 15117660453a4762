import { type DynamoDBDocumentClient, GetCommand, paginateQuery, PutCommand } from '@aws-sdk/lib-dynamodb';
import { bucketOf, pk, sequenceOf, sk } from '../table.ts';
import { getAll } from './batch.ts';
import { type CellStore, type Run, runsOf } from './cell.ts';
import { absent, ifHeld } from './conditions.ts';
import { type Json, masked, type Part, type SplitPart } from './conversation.ts';
import type { GuardStore } from './guard.ts';

/** A function's answer ends at 6 MB: content and structure stop here, which leaves room for names and JSON. */
const pageBytes = 4_000_000;

export interface PageRequest {
  /** The first sequence wanted; without it, the end that the direction begins with. */
  from?: number | undefined;
  forward: boolean;
  limit: number;
  /** The last sequence that there is, from a caller who has just read it. */
  last?: number | undefined;
}

export interface Page {
  parts: Part[];
  /** The sequence that the next page starts from, if there may be one. */
  next?: number | undefined;
}

const idKey = (tenantId: string, conversationId: string, partId: string) => ({
  pk: pk.partId(tenantId, conversationId, partId),
  sk: sk.partId,
});
const partKey = (tenantId: string, conversationId: string, sequence: number) => ({
  pk: pk.bucket(tenantId, conversationId, bucketOf(sequence)),
  sk: sk.part(sequence),
});

/** Reads and writes parts: their ids, their structure and, through the cell store, their content. */
export const partStore = (client: DynamoDBDocumentClient, tableName: string, guards: GuardStore, cells: CellStore) => {
  const putIfAbsent = (item: Record<string, unknown>) =>
    ifHeld(client.send(new PutCommand({ TableName: tableName, Item: item, ConditionExpression: absent })));

  /** The sequence of a part by the vendor's id. Strongly consistent, which an index is not. */
  const readSequence = async (
    tenantId: string,
    conversationId: string,
    partId: string,
  ): Promise<number | undefined> => {
    const Key = idKey(tenantId, conversationId, partId);
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }));
    return Item?.sequence as number | undefined;
  };

  const contentAt = async (tenantId: string, conversationId: string, sequence: number): Promise<Json | undefined> => {
    const run = { from: sequence, through: sequence };
    for await (const { content } of cells.read(tenantId, conversationId, run, true)) return content;
    return undefined;
  };

  /** The parts of one bucket's run with their cells, until the limit or the bytes are spent. */
  const readRun = async (tenantId: string, conversationId: string, run: Run, page: PageRequest, budget: number) => {
    const { forward, limit } = page;
    const query = {
      TableName: tableName,
      ConsistentRead: true,
      ScanIndexForward: forward,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :through',
      ExpressionAttributeValues: {
        ':pk': partKey(tenantId, conversationId, run.from).pk,
        ':from': sk.part(run.from),
        ':through': sk.part(run.through),
      },
      Limit: limit,
    };
    const parts: Part[] = [];
    let left = budget;
    for await (const { Items = [] } of paginateQuery({ client }, query)) {
      for (const { id, sk: key, structure } of Items.slice(0, limit - parts.length)) {
        left -= Buffer.byteLength(structure);
        parts.push({ id, sequence: sequenceOf(key), structure: JSON.parse(structure) as Json });
      }
      if (parts.length >= limit || left <= 0) break;
    }
    const first = parts[0]?.sequence;
    const last = parts.at(-1)?.sequence;
    if (first === undefined || last === undefined) return { parts, left };

    const span = forward ? { from: first, through: last } : { from: last, through: first };
    const bySequence = new Map(parts.map((part) => [part.sequence, part]));
    for await (const cell of cells.read(tenantId, conversationId, span, forward)) {
      const part = bySequence.get(cell.sequence);
      if (part)
        Object.assign(part, {
          content: cell.content,
          kept: cell.kept,
          redactedAt: cell.erasedAt,
          version: cell.version,
        });
      left -= cell.bytes;
      // A part never stands without its cell: those behind this one are left to the next page.
      if (left <= 0) {
        const read = ({ sequence }: Part) => (forward ? sequence <= cell.sequence : sequence >= cell.sequence);
        return { parts: parts.filter(read), left };
      }
    }
    return { parts, left };
  };

  return {
    /** A page of parts in order, cut short of what an answer can carry. The guard is read last, and masks. */
    readPage: async (tenantId: string, conversationId: string, request: PageRequest): Promise<Page> => {
      const { from, forward, limit } = request;
      const last = request.last ?? (await guards.read(tenantId, conversationId)).nextSequence - 1;
      const run = forward ? { from: from ?? 0, through: last } : { from: 0, through: Math.min(from ?? last, last) };
      const parts: Part[] = [];
      let left = pageBytes;
      for (const bucketRun of forward ? runsOf(run) : runsOf(run).toReversed()) {
        // One part beyond the limit tells whether there is a next page.
        const wanted = { forward, limit: limit + 1 - parts.length };
        const read = await readRun(tenantId, conversationId, bucketRun, wanted, left);
        parts.push(...read.parts);
        left = read.left;
        if (parts.length > limit || left <= 0) break;
      }
      const guard = await guards.read(tenantId, conversationId);
      const page = parts.slice(0, limit);
      const next = (page.at(-1)?.sequence ?? 0) + (forward ? 1 : -1);
      const more = parts.length > limit || (left <= 0 && next >= 0 && next <= last);
      return { parts: page.map((part) => masked(part, guard)), next: more ? next : undefined };
    },

    sequenceOf: readSequence,

    /** One part by the vendor's id, behind the guard, which is read last; undefined if it does not stand. */
    read: async (tenantId: string, conversationId: string, partId: string): Promise<Part | undefined> => {
      const sequence = await readSequence(tenantId, conversationId, partId);
      if (sequence === undefined) return undefined;
      const run = { from: sequence, through: sequence };
      const { parts } = await readRun(tenantId, conversationId, run, { forward: true, limit: 1 }, pageBytes);
      const guard = await guards.read(tenantId, conversationId);
      return parts[0] && masked(parts[0], guard);
    },

    /** The sequences of those part ids that have one. */
    sequencesOf: async (tenantId: string, conversationId: string, partIds: string[]): Promise<Map<string, number>> => {
      const keys = partIds.map((partId) => idKey(tenantId, conversationId, partId));
      const items = await getAll(client, tableName, keys, ['id', 'sequence']);
      return new Map(items.map((item) => [item.id as string, item.sequence as number]));
    },

    /** Those of the sequences whose part stands. */
    present: async (tenantId: string, conversationId: string, sequences: number[]): Promise<Set<number>> => {
      const keys = sequences.map((sequence) => partKey(tenantId, conversationId, sequence));
      const items = await getAll(client, tableName, keys, ['sk']);
      return new Set(items.map((item) => sequenceOf(item.sk as string)));
    },

    /** Whether a redaction has taken the content of that sequence, or burnt its cell before it had any. */
    isErased: (tenantId: string, conversationId: string, sequence: number): Promise<boolean> =>
      cells.isErased(tenantId, conversationId, sequence),

    /** Ties a part's id to a sequence; false if the id is tied already. */
    claim: (tenantId: string, conversationId: string, partId: string, sequence: number): Promise<boolean> =>
      putIfAbsent({ ...idKey(tenantId, conversationId, partId), id: partId, sequence }),

    /**
     * Puts the cell, then the part, each if absent: a part that a reader sees has its cell. False if the
     * part stands already. Where the cell is burnt, the part reads as redacted from the start. `between`
     * is what has to be done before a reader sees the part, with the content that its cell has: a writer who died may have put
     * another than this one's.
     */
    put: async (
      tenantId: string,
      conversationId: string,
      sequence: number,
      part: SplitPart,
      between?: (content: Json | undefined) => Promise<void>,
    ): Promise<boolean> => {
      const { id, structure, content, kept } = part;
      const isEmpty = !content && !kept;
      const stands = isEmpty || (await cells.putIfAbsent(tenantId, conversationId, sequence, { content, kept }));
      if (between) await between(stands ? content : await contentAt(tenantId, conversationId, sequence));
      const key = partKey(tenantId, conversationId, sequence);
      return putIfAbsent({ ...key, id, structure: JSON.stringify(structure) });
    },
  };
};

export type PartStore = ReturnType<typeof partStore>;
