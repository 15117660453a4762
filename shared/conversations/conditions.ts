import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** The named conditions that expressions are built from. */
export const absent = 'attribute_not_exists(pk)';
export const exists = 'attribute_exists(pk)';

/**
 * The condition that a counter of an item is still what was read, which was none if the item is older than the counter. A write that also
 * raises it is applied once: DynamoDB may apply a copy of it late, when its sender has stopped waiting and sent it again.
 */
export const unchanged = (counter: 'version' | 'attempt', seen: number | undefined) => ({
  condition: seen === undefined ? `attribute_not_exists(${counter})` : `${counter} = :seen`,
  values: seen === undefined ? {} : { ':seen': seen },
  next: (seen ?? 0) + 1,
});

/** Runs a conditional write: true if its condition held, false if DynamoDB refused it. */
export const ifHeld = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};
