import * as z from 'zod/mini';
import { type Contract, conversationIdInPath, fetchFiles, noQuery } from '../../../shared/http/contract.ts';

/** A batch that one call can write well within its time, each part by three conditional puts. */
const partsAtMost = 500;

export const appendPartsRequest = {
  permission: 'messaging:create',
  path: z.object({ id: conversationIdInPath }),
  query: noQuery,
  body: z.strictObject({
    parts: z.array(z.looseObject({})).check(z.minLength(1), z.maxLength(partsAtMost)),
    fetchFiles,
  }),
} satisfies Contract<unknown, unknown, unknown>;
