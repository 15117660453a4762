import type { Redaction, Target } from './api.ts';

/** What there is to say of a redaction, as text. */

export const isSettled = ({ state }: Redaction): boolean => state === 'completed' || state === 'refused';

const distinct = (ids: readonly string[]) => [...new Set(ids)].toSorted().join();

const isOf = ({ scope, partIds }: Redaction, target: Target): boolean => {
  if ('scope' in target) return scope === target.scope;
  return scope === 'parts' && distinct(partIds ?? []) === distinct(target.parts);
};

/** The redaction of that very target that is still under way; the latest, if there are several. */
export const openOf = (redactions: readonly Redaction[], target: Target): Redaction | undefined =>
  redactions
    .filter((redaction) => isOf(redaction, target) && !isSettled(redaction))
    .toSorted((one, other) => other.requestedAt.localeCompare(one.requestedAt))[0];

/** When and at which chunk its present stretch of erasing was first seen. */
export interface Stretch {
  at: number;
  done: number;
}

/** A halt ends a stretch: the time that a hold took says nothing of what is left. */
export const stretchOf = (
  before: Stretch | undefined,
  { state, chunks }: Redaction,
  now: number,
): Stretch | undefined => {
  if (state !== 'erasing' || !chunks) return undefined;
  return before ?? { at: now, done: chunks.done };
};

/** Milliseconds until the last chunk at the pace of this stretch; undefined while there is none to go by. */
export const timeLeft = (stretch: Stretch | undefined, { chunks }: Redaction, now: number): number | undefined => {
  if (!stretch || !chunks || chunks.done <= stretch.done) return undefined;
  return ((now - stretch.at) / (chunks.done - stretch.done)) * (chunks.total - chunks.done);
};

const number = (value: number) => value.toLocaleString('en');
const counted = (value: number, noun: string) => `${number(value)} ${noun}${value === 1 ? '' : 's'}`;

/** The two largest units: `2 h 5 min`, `3 min 20 s`, `7 s`. */
export const durationText = (milliseconds: number): string => {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 1) return 'less than a second';
  const units = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = units.findIndex(([value]) => value > 0);
  return units
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
};

/** Chunks are of one size but for the first and the last, so the parts that are done are near enough their share. */
const partsText = ({ state, parts, chunks }: Redaction): string | undefined => {
  if (parts === null) return undefined;
  if (!chunks || chunks.done === chunks.total || state === 'completed') return counted(parts, 'part');
  const done = Math.floor((parts * chunks.done) / chunks.total);
  return `${done > 0 ? '~' : ''}${number(done)} of ${counted(parts, 'part')}`;
};

const failuresText = ({ failures, lastFailure }: Redaction): string | undefined =>
  failures === 0
    ? undefined
    : `${counted(failures, 'failed run')}${lastFailure ? ` (the last: ${lastFailure.error})` : ''}, taken up again`;

/** What it is doing, in a word or two. */
export const stateText = ({ state, chunks }: Redaction): string => {
  if (state === 'halted') return 'halted by a legal hold';
  return state === 'erasing' && chunks?.done === chunks?.total && chunks ? 'counting what is left' : state;
};

/** How far it is: parts, chunks and failures, each if there are any. */
export const extentText = (redaction: Redaction): string => {
  const { chunks } = redaction;
  const chunksText = chunks ? `${number(chunks.done)} of ${counted(chunks.total, 'chunk')}` : undefined;
  return [partsText(redaction), chunksText, failuresText(redaction)].filter((text) => text !== undefined).join(', ');
};

/** What its watcher waits for; empty where that can't be said. */
export const outlookText = ({ state }: Redaction, left: number | undefined): string => {
  if (state === 'halted') return 'goes on when the hold is released';
  return state === 'erasing' && left !== undefined && left > 0 ? `about ${durationText(left)} left` : '';
};

/** The line that ends a watch, or answers for a redaction that nobody watches. */
export const summaryText = (redaction: Redaction): string => {
  const { id, state, requestedAt, completedAt, verified, parts, erased } = redaction;
  if (state === 'refused')
    return `Redaction ${id} is refused: it erased ${erased ? `${counted(erased, 'part')} before the hold` : 'nothing'}`;
  if (state !== 'completed' || completedAt === null)
    return `Redaction ${id} is ${[stateText(redaction), extentText(redaction)].filter(Boolean).join(': ')}`;
  const took = durationText(Date.parse(completedAt) - Date.parse(requestedAt));
  return `Redaction ${id} is completed: ${counted(parts ?? 0, 'part')}, in ${took}, verified: ${verified ? 'yes' : 'no'}`;
};
