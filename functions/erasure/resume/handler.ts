import { task } from '../../../shared/tasks/task.ts';
import { cells, guards, ledger, now } from '../../stores.ts';
import { resumeOpen } from './resume-open.ts';

export const handler = task((context) =>
  resumeOpen({ guards, cells, ledger, now })(() => context.getRemainingTimeInMillis()),
);
