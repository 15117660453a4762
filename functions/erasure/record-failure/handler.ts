import { task } from '../../../shared/tasks/task.ts';
import { ledger, now } from '../../stores.ts';
import { idsOf } from '../schemas.ts';
import { failureOfRedaction } from './schema.ts';

export const handler = task(failureOfRedaction, ({ error, ...ref }) => ledger.recordFailure(ref, error, now()), idsOf);
