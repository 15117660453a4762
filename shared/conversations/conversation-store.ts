import { type DynamoDBDocumentClient, paginateQuery, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ConversationNotFound } from '../errors.ts';
import { pk, sk } from '../table.ts';
import type { CellStore } from './cell.ts';
import { absent, ifHeld } from './conditions.ts';
import type { Conversation, Json, People, Views } from './conversation.ts';
import type { GuardStore } from './guard.ts';
import { dialectOf } from './ids.ts';

/** Reads a conversation without its parts, and writes what makes it exist. */
export const conversationStore = (
  client: DynamoDBDocumentClient,
  tableName: string,
  guards: GuardStore,
  cells: CellStore,
) => {
  const readPeople = async (partitionKey: string): Promise<People> => {
    const query = {
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :people)',
      ExpressionAttributeValues: { ':pk': partitionKey, ':people': sk.people },
    };
    const people: People = {};
    for await (const { Items = [] } of paginateQuery({ client }, query)) {
      for (const { pk: _, sk: key, ...views } of Items) {
        people[key.slice(sk.people.length)] = Object.fromEntries(
          Object.entries(views).map(([view, fields]) => [view, JSON.parse(fields) as Json]),
        );
      }
    }
    return people;
  };

  /** What stands between the text's cell and the structure: these two, and the guard; one query for the price of one get. */
  const readOwn = async (partitionKey: string) => {
    const query = {
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :text AND :meta',
      ExpressionAttributeValues: { ':pk': partitionKey, ':text': sk.conversationCell, ':meta': sk.meta },
    };
    const items = new Map<string, Record<string, unknown>>();
    for await (const { Items = [] } of paginateQuery({ client }, query)) {
      for (const item of Items) items.set(item.sk as string, item);
    }
    return items;
  };

  return {
    /** The guard is read last: a redaction that was acknowledged before that masks what was read. */
    read: async (tenantId: string, conversationId: string): Promise<Conversation> => {
      const partitionKey = pk.conversation(tenantId, conversationId);
      const [items, people] = await Promise.all([readOwn(partitionKey), readPeople(partitionKey)]);
      const guard = await guards.read(tenantId, conversationId);
      const meta = items.get(sk.meta);
      const cell = items.get(sk.conversationCell);
      if (!meta) throw new ConversationNotFound();
      return {
        id: conversationId,
        dialect: dialectOf(conversationId),
        structure: JSON.parse(meta.structure as string) as Json,
        text: cell && guard.clearedThrough === undefined ? cells.textIn(cell) : undefined,
        people,
        legalHold: guard.held,
        nextSequence: guard.nextSequence,
      };
    },

    /** Writes each item if it is absent; true if the conversation did not exist before. */
    create: async (
      tenantId: string,
      conversationId: string,
      { structure, text, heldSince }: { structure: Json; text?: Json | undefined; heldSince?: number | undefined },
    ): Promise<boolean> => {
      const item = { pk: pk.conversation(tenantId, conversationId), sk: sk.meta, structure: JSON.stringify(structure) };
      await ifHeld(client.send(new PutCommand({ TableName: tableName, Item: item, ConditionExpression: absent })));
      if (text) await cells.putTextIfAbsent(tenantId, conversationId, text);
      // The guard comes last: a conversation exists once it has one, and after a crash the import goes on.
      return guards.createIfAbsent(tenantId, conversationId, heldSince);
    },

    /** Adds the views of a person that are not there yet; what is there stays. */
    addPerson: async (tenantId: string, conversationId: string, personId: string, views: Views): Promise<void> => {
      const entries = Object.entries(views);
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { pk: pk.conversation(tenantId, conversationId), sk: sk.person(personId) },
          UpdateExpression: `SET ${entries.map((_, n) => `#v${n} = if_not_exists(#v${n}, :v${n})`).join(', ')}`,
          ExpressionAttributeNames: Object.fromEntries(entries.map(([view], n) => [`#v${n}`, view])),
          ExpressionAttributeValues: Object.fromEntries(
            entries.map(([, fields], n) => [`:v${n}`, JSON.stringify(fields)]),
          ),
        }),
      );
    },
  };
};

export type ConversationStore = ReturnType<typeof conversationStore>;
