import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** The named conditions that expressions are built from. */
export const absent = 'attribute_not_exists(pk)';
export const exists = 'attribute_exists(pk)';

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
