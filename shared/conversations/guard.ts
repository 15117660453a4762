import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ConversationNotFound, LegalHold } from '../errors.ts';
import { pk, sk } from '../table.ts';
import { absent, exists, ifHeld } from './conditions.ts';
import type { Guard } from './conversation.ts';

/**
 * Which watermark of the guard a redaction raises: `redacted` masks the content of parts, `cleared`
 * also what a vendor's own redaction leaves, and the conversation's text.
 */
export type Watermark = 'redacted' | 'cleared';

const guardOf = ({ heldSince, keeps, files, ...item }: Record<string, unknown>): Guard => ({
  ...(item as unknown as Guard),
  held: heldSince !== undefined,
  keeps: keeps === true,
  files: files === true,
});

/** What the parts bring that an erasure has to know of. */
export interface Marks {
  keeps?: boolean;
  files?: boolean;
}

/** The conditional writes on the guard: each one is a rule, and costs one write unit whatever the conversation's size. */
export const guardStore = (client: DynamoDBDocumentClient, tableName: string) => {
  const keyOf = (tenantId: string, conversationId: string) => ({
    TableName: tableName,
    Key: { pk: pk.conversation(tenantId, conversationId), sk: sk.guard },
  });

  const inputOf = (
    tenantId: string,
    conversationId: string,
    condition: string,
    UpdateExpression: string,
    values?: Record<string, unknown>,
  ) => ({
    ...keyOf(tenantId, conversationId),
    UpdateExpression,
    ConditionExpression: condition,
    ...(values && { ExpressionAttributeValues: values }),
  });

  /** Whether the condition held. */
  const change = (...of: Parameters<typeof inputOf>): Promise<boolean> =>
    ifHeld(client.send(new UpdateCommand(inputOf(...of))));

  /** The guard after the update, or undefined if the condition refused it. */
  const update = async (...of: Parameters<typeof inputOf>): Promise<Guard | undefined> => {
    const command = new UpdateCommand({ ...inputOf(...of), ReturnValues: 'ALL_NEW' });
    let guard: Guard | undefined;
    await ifHeld(client.send(command).then(({ Attributes = {} }) => (guard = guardOf(Attributes))));
    return guard;
  };

  const read = async (tenantId: string, conversationId: string): Promise<Guard> => {
    const { Item } = await client.send(new GetCommand({ ...keyOf(tenantId, conversationId), ConsistentRead: true }));
    if (!Item) throw new ConversationNotFound();
    return guardOf(Item);
  };

  return {
    read,

    /** False if there is one already: then nothing of it changes. */
    createIfAbsent: (tenantId: string, conversationId: string, heldSince: number | undefined): Promise<boolean> => {
      const { TableName, Key } = keyOf(tenantId, conversationId);
      return ifHeld(
        client.send(
          new PutCommand({ TableName, Item: { ...Key, nextSequence: 0, heldSince }, ConditionExpression: absent }),
        ),
      );
    },

    /** Reserves that many sequences, which may be none, and gives back the first; a mark that is set stays. */
    reserve: async (
      tenantId: string,
      conversationId: string,
      count: number,
      { keeps = false, files = false }: Marks = {},
    ): Promise<number> => {
      const marks = [...(keeps ? ['keeps = :true'] : []), ...(files ? ['files = :true'] : [])];
      const guard = await update(
        tenantId,
        conversationId,
        exists,
        `${marks.length > 0 ? `SET ${marks.join(', ')} ` : ''}ADD nextSequence :count`,
        { ':count': count, ...(marks.length > 0 && { ':true': true }) },
      );
      if (!guard) throw new ConversationNotFound();
      return guard.nextSequence - count;
    },

    setLegalHold: async (tenantId: string, conversationId: string, held: boolean, now: number): Promise<void> => {
      const found = held
        ? await change(tenantId, conversationId, exists, 'SET heldSince = if_not_exists(heldSince, :now)', {
            ':now': now,
          })
        : await change(tenantId, conversationId, exists, 'REMOVE heldSince');
      if (!found) throw new ConversationNotFound();
    },

    /**
     * The linearization point of a redaction: refused under legal hold; with a watermark, from this write
     * on every reader treats every sequence reserved so far as redacted.
     */
    accept: async (
      tenantId: string,
      conversationId: string,
      redactionId: string,
      watermark: Watermark | undefined,
      now: number,
    ): Promise<Guard> => {
      const raise = watermark && `, ${watermark}Through = nextSequence - :one, ${watermark}At = :now`;
      const guard = await update(
        tenantId,
        conversationId,
        `${exists} AND attribute_not_exists(heldSince)`,
        `SET lastRedaction = :id${raise ?? ''}`,
        { ':id': redactionId, ...(watermark && { ':one': 1, ':now': now }) },
      );
      if (guard) return guard;
      // The answer to this very write may have been lost, and a hold placed before it was tried again.
      const standing = await read(tenantId, conversationId);
      if (standing.lastRedaction !== redactionId) throw new LegalHold();
      return standing;
    },

    /** Records that all up to the sequence is destroyed and counted, so that a repeat starts after it. */
    settle: async (tenantId: string, conversationId: string, watermark: Watermark, through: number): Promise<void> => {
      const name = watermark === 'cleared' ? 'erasedClearedThrough' : 'erasedThrough';
      const behind = `attribute_not_exists(${name}) OR ${name} < :through`;
      await change(tenantId, conversationId, behind, `SET ${name} = :through`, { ':through': through });
    },
  };
};

export type GuardStore = ReturnType<typeof guardStore>;
