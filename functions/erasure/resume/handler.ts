import * as z from 'zod/mini';
import { task } from '../../../shared/tasks/task.ts';
import { files } from '../../files-if-any.ts';
import { erasures, guards, ledger, now } from '../../stores.ts';
import { workflow } from '../../workflow-if-any.ts';
import { resumeOpen } from './resume-open.ts';

const resume = resumeOpen({ guards, erasures, ledger, files, now, workflow });

export const handler = task(z.unknown(), (_, context) => resume(() => context.getRemainingTimeInMillis()));
