import { documents } from '../shared/clients.ts';
import { requireEnv } from '../shared/env.ts';
import { apiKeyStore, permissions } from '../shared/tenants/api-key-store.ts';
import { callEach, callIntercomEach, eraseChunks, importDocument, putBare, updateEach } from './contenders.ts';
import { createConversation, fill, messageBytes, planErasure, tenantId } from './conversations.ts';
import { interleave, median, timed } from './measure.ts';
import type { Answer } from './report.ts';

const parts = 20_000;
// Slower ways get fewer parts; all are compared by the time a part.
const partsUpdated = 4_000;
const partsCalled = 50;
const rounds = 5;
const oneChunk = 'sweep, a chunk at a time';
const eightChunks = 'sweep, 8 chunks at a time';
/** As many as the state machine erases at once. */
const chunksAtOnce = 8;

/** What a run takes, a part. */
const aPart = async (count: number, run: () => Promise<unknown>) => {
  const { elapsed, cpu } = await timed(run);
  return { elapsed: elapsed / count, cpu: cpu / count };
};

/** How fast a large conversation is erased, against the same client's floor and against what else one could do. */
export const measureThroughput = async (cloudUrl: string, emulator: string): Promise<Answer> => {
  const { key } = await apiKeyStore(documents, requireEnv('TABLE_NAME')).create(tenantId, permissions, new Date());
  const conversationId = await createConversation('cv_sweep', parts);
  const fresh = (count: number) => fill(conversationId, { from: 0, through: count - 1 });
  const sweep = async (atOnce: number) => {
    await fresh(parts);
    const erasing = await planErasure(conversationId);
    return aPart(parts, () => eraseChunks(erasing, atOnce));
  };

  const called = async (callAll: typeof callEach) => {
    const document = await importDocument(cloudUrl, key, partsCalled);
    return aPart(partsCalled, () => callAll(cloudUrl, key, document));
  };

  const measured = await interleave(rounds, {
    [oneChunk]: () => sweep(1),
    [eightChunks]: () => sweep(chunksAtOnce),
    'bare BatchWriteItem': async () => {
      await fresh(parts);
      return aPart(parts, () => putBare(conversationId, parts));
    },
    'one UpdateItem a part': async () => {
      await fresh(partsUpdated);
      return aPart(partsUpdated, () => updateEach(conversationId, partsUpdated));
    },
    'one HTTP call a part': () => called(callEach),
    "one HTTP call a part, Intercom's": () => called(callIntercomEach),
  });

  type Way = keyof typeof measured;
  const ways = Object.keys(measured) as Way[];
  const perSecond = (way: Way) => measured[way].map(({ elapsed }) => 1000 / elapsed);
  /** Round by round, since both ran in the same half minute: the machine is not as fast in every one. */
  const faster = (way: Way, than: Way): number => {
    const other = perSecond(than);
    return median(perSecond(way).map((speed, round) => speed / other[round]!));
  };
  return {
    tables: {
      [`Erasing ${parts} cells of ${messageBytes} bytes (medians of ${rounds} rounds)`]: ways.map((way) => ({
        way,
        'parts/s': median(perSecond(way)),
        slowest: Math.min(...perSecond(way)),
        fastest: Math.max(...perSecond(way)),
        'client CPU ms per 1,000': 1000 * median(measured[way].map(({ cpu }) => cpu)),
        'sweep of 8 / this': faster(eightChunks, way),
        'sweep of 1 / this': faster(oneChunk, way),
      })),
    },
    bars: [
      {
        what: 'sweep of 8 chunks / bare BatchWriteItem',
        value: faster(eightChunks, 'bare BatchWriteItem'),
        atLeast: 0.8,
      },
      {
        what: 'sweep of 8 chunks / one UpdateItem a part',
        value: faster(eightChunks, 'one UpdateItem a part'),
        atLeast: emulator === 'embedded' ? 5 : 3,
      },
      {
        what: 'sweep of 8 chunks / one HTTP call a part',
        value: faster(eightChunks, 'one HTTP call a part'),
        atLeast: 20,
      },
    ],
  };
};
