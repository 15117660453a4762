import type { ConversationPage, Target } from './api.ts';

/** What a person sees of a conversation before it is redacted. */
export interface Overview {
  /** How many parts there are, or how many at most. */
  parts: number;
  isExact: boolean;
  /** The latest time that the vendor gave for the conversation or one of the parts read. */
  lastActivity: string | null;
  legalHold: boolean;
}

/** Parts in a page. */
export const pageSize = 100;

/** Reads the first page of a conversation, and the newest parts if there are more: two requests as a rule. */
export const readOverview = async (readPage: (cursor: string) => Promise<ConversationPage>): Promise<Overview> => {
  const first = await readPage('0');
  const pages = [first];
  let cursor = first.nextCursor && String(Math.max(Number(first.nextCursor), first.nextSequence - pageSize));
  while (cursor !== null) {
    const page = await readPage(cursor);
    pages.push(page);
    cursor = page.nextCursor;
  }
  const times = pages.flatMap(({ changedAt, parts }) => [changedAt, ...parts.map((part) => part.changedAt)]);
  const isExact = first.nextCursor === null;
  return {
    parts: isExact ? first.parts.length : first.nextSequence,
    isExact,
    lastActivity:
      times
        .filter((time) => time !== null)
        .toSorted()
        .at(-1) ?? null,
    legalHold: first.legalHold,
  };
};

/** The overview, and what of the conversation goes. */
export const overviewText = (conversation: string, target: Target, overview: Overview): string => {
  const { parts, isExact, lastActivity, legalHold } = overview;
  const goes = 'parts' in target ? `all that these parts hold: ${target.parts.join(', ')}` : 'everything in it';
  return `${conversation}
  parts          ${isExact ? '' : 'up to '}${parts.toLocaleString('en')}
  last activity  ${lastActivity ?? 'unknown'}
  legal hold     ${legalHold ? 'held: nothing is redacted until it is released' : 'none'}
This destroys for good ${goes}`;
};
