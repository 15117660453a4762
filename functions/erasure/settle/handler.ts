import { settleRedaction } from '../../../shared/redactions/settle.ts';
import { task } from '../../../shared/tasks/task.ts';
import { erasures, guards, ledger, now } from '../../stores.ts';
import { idsOf, redactionRef } from '../schemas.ts';

const settle = settleRedaction({ guards, erasures, ledger, now });

export const handler = task(redactionRef, settle, idsOf);
