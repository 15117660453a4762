import { isDeepStrictEqual } from 'node:util';
import pMap from 'p-map';
import { inFlight } from '../conversations/batch.ts';
import type { GuardStore } from '../conversations/guard.ts';
import { LedgerBehind, TableInUse } from '../errors.ts';
import { conversationOf, sk } from '../table.ts';
import { noneLeft } from './erase.ts';
import { entryOf } from './ledger-entry.ts';
import type { Redaction } from './redaction.ts';
import { countDue, destroyDue, dueOf, narrowed, type ReplaySides } from './replay-redaction.ts';
import { type Item, type Key, keyOf, nameOf } from './replay-table.ts';

export interface Replay extends ReplaySides {
  /** Of the target, or of the source where nothing is written. */
  guards: Pick<GuardStore, 'read'>;
  /** Counts, and writes nothing. */
  dryRun?: boolean;
  /** Keeps the functions out of the source; only for a replay that opens the target. Called once the ledger is known to be the target's own. */
  closeSource?: () => Promise<void>;
}

/** What a replay did, or would do. */
export interface Replayed {
  /** Entries whose content was destroyed again, and that were put into the ledger. */
  redactions: number;
  /** Cells that held again what those had destroyed. */
  cells: number;
  /** Of these, cells that were erased whole: where their spans were, nobody knows any more. */
  erasedWhole: number;
  /** Guards that got the watermarks, holds and reserved sequences of the source. */
  guards: number;
  holds: number;
  partIds: number;
  /** Items of keys and settings that were brought over. */
  keys: number;
  revokedKeys: number;
}

const nothing: Replayed = {
  redactions: 0,
  cells: 0,
  erasedWhole: 0,
  guards: 0,
  holds: 0,
  partIds: 0,
  keys: 0,
  revokedKeys: 0,
};

const conversationsAtOnce = 4;
/** The last one changes nothing, and so proves that nothing is left to be done. */
const passesAtMost = 4;

const isEntry = (item: Item) => keyOf(item).sk.startsWith(sk.redactions);

const numberIn = (item: Item, name: string) => (item[name] as number | undefined) ?? 0;

/** The source's marks are later than the target's. A hold that was released since stands again: no restore releases one. */
const mergedGuard = (source: Item, target: Item = {}): Item => ({
  ...target,
  ...source,
  ...Object.fromEntries(
    ['nextSequence', 'version']
      .filter((name) => name in source || name in target)
      .map((name) => [name, Math.max(numberIn(source, name), numberIn(target, name))]),
  ),
});

const isPartId = (item: Item) => keyOf(item).sk === sk.partId;

const brought = (item: Item, standing: Item | undefined): Item =>
  keyOf(item).sk === sk.guard ? mergedGuard(item, standing) : item;

/** Brings what differs, and counts it by its kind. */
const bring = async ({ target, dryRun = false }: Replay, items: Item[], counts: Replayed): Promise<void> => {
  const standing = await target.read(items.map(keyOf));
  const before = (item: Item) => standing.get(nameOf(keyOf(item)));
  const changed = items
    .map((item) => brought(item, before(item)))
    .filter((item) => !isDeepStrictEqual(item, before(item)));
  for (const item of changed) {
    const { sk: sortKey } = keyOf(item);
    if (isPartId(item)) counts.partIds++;
    else if (sortKey === sk.apiKey && item['revokedAt'] !== undefined) counts.revokedKeys++;
    else if (sortKey !== sk.guard) counts.keys++;
    else {
      counts.guards++;
      if (item['heldSince'] !== undefined && before(item)?.['heldSince'] === undefined) counts.holds++;
    }
  }
  if (dryRun) return;
  await target.putFixed(changed.filter(isPartId));
  await pMap(
    changed.filter((item) => !isPartId(item)),
    (item) => target.put(item, before(item)),
    { concurrency: inFlight },
  );
};

const byAcceptance = (a: Redaction, b: Redaction) => (a.acceptedAt ?? a.requestedAt) - (b.acceptedAt ?? b.requestedAt);

/** Destroys what the conversation's redactions cover, oldest first, and then puts their entries. Throws ContentRemains unless none is left. */
const replayConversation = async (replay: Replay, partitionKey: string, counts: Replayed): Promise<void> => {
  const { source, target, erasures, guards, dryRun = false } = replay;
  const { tenantId, conversationId } = conversationOf(partitionKey);
  const guard = await guards.read(tenantId, conversationId);
  const items = await source.entries(partitionKey);
  const standing = await target.read(items.map(keyOf));
  const ordered = items
    .map((item) => ({ item, redaction: entryOf(item) }))
    .toSorted((a, b) => byAcceptance(a.redaction, b.redaction));
  for (const { item, redaction } of ordered) {
    const due = await narrowed(source)(dueOf(redaction, guard.held));
    const holding = await countDue(erasures)(due);
    // What was completed before the restore is not done twice, but it is counted like the others.
    if (holding === 0 && isDeepStrictEqual(item, standing.get(nameOf(keyOf(item))))) continue;
    counts.redactions++;
    counts.cells += holding;
    if (dryRun) continue;
    const erasedWhole = await destroyDue(replay)(due, guard);
    counts.erasedWhole += erasedWhole;
    noneLeft(await countDue(erasures)(due), 'cells hold again what was erased');
    await target.put(item, standing.get(nameOf(keyOf(item))));
  }
};

/**
 * Takes the keys out of the target that the source has no more. Throws LedgerBehind if it has an entry that the source lacks: entries
 * are never removed, so that ledger is not the one that the table was restored from.
 */
const compareTarget = async ({ source, target, dryRun = false }: Replay, counts: Replayed): Promise<void> => {
  const revoked: Key[] = [];
  await target.scanKeysAndEntries(async (items) => {
    const found = await source.read(items.map(keyOf));
    const missing = items.filter((item) => !found.has(nameOf(keyOf(item))));
    if (missing.some(isEntry)) throw new LedgerBehind('The restored table has redactions that the ledger lacks');
    revoked.push(...missing.map(keyOf));
  });
  counts.revokedKeys += revoked.filter(({ sk: sortKey }) => sortKey === sk.apiKey).length;
  if (!dryRun) await target.remove(revoked);
};

/** One pass over the source: all that the restored table lacks of what was decided since. */
export const replayPass = async (replay: Replay): Promise<Replayed> => {
  const counts = { ...nothing };
  await compareTarget(replay, counts);
  await replay.closeSource?.();
  const conversations = new Set<string>();
  await replay.source.scanMarks(async (items) => {
    for (const item of items.filter(isEntry)) conversations.add(keyOf(item).pk);
    await bring(
      replay,
      items.filter((item) => !isEntry(item)),
      counts,
    );
  });
  await pMap(conversations, (partitionKey) => replayConversation(replay, partitionKey, counts), {
    concurrency: conversationsAtOnce,
  });
  return counts;
};

const isNothing = (counts: Replayed) => Object.values(counts).every((count) => count === 0);

/**
 * Applies the source's ledger to a table that was restored from an earlier state of it, until a pass finds nothing to do: then every cell
 * that a redaction had taken is counted as gone. Throws ContentRemains if some is left, LedgerBehind if it is another table's ledger,
 * and TableInUse if the source goes on changing. It can be broken off anywhere and begun again.
 * The pass in which the source is closed is never the last: a key may have been revoked in it before.
 */
export const replayLedger = async (replay: Replay, onPass: (counts: Replayed) => void): Promise<void> => {
  const passesAtLeast = replay.closeSource ? 2 : 1;
  for (let pass = 1; pass <= passesAtMost; pass++) {
    const counts = await replayPass(replay);
    onPass(counts);
    if (replay.dryRun || (isNothing(counts) && pass >= passesAtLeast)) return;
  }
  throw new TableInUse('The table that the ledger is read from still changes: stop what serves it');
};
