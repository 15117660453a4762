import { planRound } from '../../../shared/redactions/plan.ts';
import { task } from '../../../shared/tasks/task.ts';
import { erasures, guards, ledger, now } from '../../stores.ts';
import { idsOf, redactionRef } from '../schemas.ts';

const plan = planRound({ guards, erasures, ledger, now });

export const handler = task(redactionRef, plan, idsOf);
