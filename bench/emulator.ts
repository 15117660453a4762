import { startDynamoDBLocal } from '../test/support/local-tables.ts';
import { startChild } from './processes/child.ts';

/** A DynamoDB on this machine, in a process of its own. */
export interface Emulator {
  name: 'embedded' | 'dynamodb-local';
  endpoint: string;
  stop(): Promise<void>;
}

export const startEmulator = async (name: Emulator['name']): Promise<Emulator> => {
  if (name === 'dynamodb-local') return { name, ...(await startDynamoDBLocal()) };
  const child = await startChild<{ endpoint: string }>('./embedded-table.ts');
  return { name, endpoint: child.ready.endpoint, stop: () => child.stop() };
};
