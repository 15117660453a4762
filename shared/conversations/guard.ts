import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ConversationNotFound, LegalHold, Unavailable } from '../errors.ts';
import { pk, sk } from '../table.ts';
import { absent, exists, ifHeld, unchanged } from './conditions.ts';
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

const unheld = 'attribute_not_exists(heldSince)';

/** How often a decision is taken anew because another one came first. */
const triesAtMost = 8;

const overtaken = () => new Unavailable(`Other decisions came first ${triesAtMost} times`);

/** What every decision adds to its write: no other was taken since the guard was read. */
const decidedOn = ({ version }: Guard) => {
  const { condition, values, next } = unchanged('version', version);
  return { condition: `${exists} AND ${condition}`, set: 'version = :next', values: { ...values, ':next': next } };
};

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

    /**
     * Places or releases the hold. The first decision is written even where it changes nothing: an older one that is still
     * under way must fail from now on. Throws ConversationNotFound, and Unavailable after eight lost races.
     */
    setLegalHold: async (tenantId: string, conversationId: string, held: boolean, now: number): Promise<void> => {
      for (let tries = 0; tries < triesAtMost; tries++) {
        const seen = await read(tenantId, conversationId);
        if (tries > 0 && seen.held === held) return;
        const { condition, set, values } = decidedOn(seen);
        const decided = held
          ? await change(
              tenantId,
              conversationId,
              condition,
              `SET ${set}, heldSince = if_not_exists(heldSince, :now)`,
              {
                ...values,
                ':now': now,
              },
            )
          : await change(tenantId, conversationId, condition, `SET ${set} REMOVE heldSince`, values);
        if (decided) return;
      }
      throw overtaken();
    },

    /** Makes every decision fail that was taken on the guard as it was seen; false if another one came first. */
    close: (tenantId: string, conversationId: string, seen: Guard): Promise<boolean> => {
      const { condition, set, values } = decidedOn(seen);
      return change(tenantId, conversationId, condition, `SET ${set}`, values);
    },

    /**
     * The linearization point of a redaction of the whole conversation: from this write on every reader treats every sequence
     * that was reserved when the guard was read as redacted. A number that was read, so that a late copy could not cover what was
     * appended since, and so that appends need no version. Throws LegalHold, and Unavailable after eight lost races.
     */
    raise: async (
      tenantId: string,
      conversationId: string,
      redactionId: string,
      watermark: Watermark,
      now: number,
      known?: Guard,
    ): Promise<Guard> => {
      let seen = known ?? (await read(tenantId, conversationId));
      for (let tries = 0; tries < triesAtMost; tries++) {
        // The answer to this very write may have been lost, and another decision taken before it was tried again.
        if (tries > 0 && seen[`${watermark}By`] === redactionId) return seen;
        if (seen.held) throw new LegalHold();
        const { condition, set, values } = decidedOn(seen);
        const guard = await update(
          tenantId,
          conversationId,
          `${condition} AND ${unheld}`,
          `SET ${set}, ${watermark}Through = :through, ${watermark}At = :now, ${watermark}By = :id`,
          { ...values, ':through': seen.nextSequence - 1, ':now': now, ':id': redactionId },
        );
        if (guard) return guard;
        seen = await read(tenantId, conversationId);
      }
      throw overtaken();
    },

    /**
     * The acceptance of a redaction of named parts, which no watermark masks: refused under legal hold. It decides nothing that a late
     * copy could undo, so it names no version, and any number of them pass side by side.
     */
    admit: async (tenantId: string, conversationId: string, redactionId: string): Promise<Guard> => {
      const guard = await update(tenantId, conversationId, `${exists} AND ${unheld}`, 'SET admitted = :id', {
        ':id': redactionId,
      });
      if (guard) return guard;
      await read(tenantId, conversationId);
      throw new LegalHold();
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
