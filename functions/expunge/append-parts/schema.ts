import * as z from 'zod/mini';
import { type Contract, conversationIdInPath, fetchFiles, noQuery } from '../../../shared/http/contract.ts';
import { listOf } from '../../../shared/list-of.ts';

/** A batch that one call can write well within its time, each part by three conditional puts. */
const partsAtMost = 500;

export const appendPartsRequest = {
  permission: 'messaging:create',
  path: z.object({ id: conversationIdInPath }),
  query: noQuery,
  body: z.strictObject({
    parts: listOf(z.looseObject({}), { least: 1, most: partsAtMost }),
    fetchFiles,
  }),
} satisfies Contract<unknown, unknown, unknown>;
