import { eraseChunk } from '../../../shared/redactions/erase-chunk.ts';
import { task } from '../../../shared/tasks/task.ts';
import { files } from '../../files-if-any.ts';
import { erasures, guards, ledger } from '../../stores.ts';
import { idsOf } from '../schemas.ts';
import { chunkOfRedaction } from './schema.ts';

const erase = eraseChunk({ guards, erasures, ledger, files });

export const handler = task(
  chunkOfRedaction,
  ({ redaction, chunk }) => erase(redaction, chunk),
  ({ redaction, chunk, requestId }) => ({ ...idsOf({ ...redaction, requestId }), chunk }),
);
