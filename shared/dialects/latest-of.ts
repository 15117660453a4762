/** The first millisecond of the year 10000: an ISO 8601 text has four digits for a year. */
const endOfTime = Date.UTC(10_000, 0);

/** The latest of the times, in milliseconds: ISO 8601 texts or milliseconds. A value that is no time between 1970 and 9999 is passed over. */
export const latestOf = (...times: unknown[]): number | undefined => {
  const known = times
    .map((time) => (typeof time === 'string' ? Date.parse(time) : time))
    .filter((time) => typeof time === 'number' && time >= 0 && time < endOfTime) as number[];
  return known.length > 0 ? Math.max(...known) : undefined;
};
