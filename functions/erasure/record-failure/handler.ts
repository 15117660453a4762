import { task } from '../../../shared/tasks/task.ts';
import { ledger, now } from '../../stores.ts';
import { failureOfRedaction } from './schema.ts';

export const handler = task(failureOfRedaction, ({ error, ...ref }) => ledger.recordFailure(ref, error, now()));
