import { task } from '../../../shared/tasks/task.ts';
import { erasures, guards, ledger, now } from '../../stores.ts';
import { resumeOpen } from './resume-open.ts';

export const handler = task((context) =>
  resumeOpen({ guards, erasures, ledger, now })(() => context.getRemainingTimeInMillis()),
);
