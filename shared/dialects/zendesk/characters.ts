/** A stretch of a text: UTF-16 offsets, the end not included. */
export interface Span {
  from: number;
  to: number;
}

// The rules are the same in every language; without a locale they would be the machine's.
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

const isAscii = (unit: number) => unit < 0x80;

/**
 * Whether a character ends here for certain, whatever else the text holds. Two ASCII characters never form one, except CR
 * with LF. Everything that joins over a distance is outside ASCII: marks, flags, families, Hangul, Indic conjuncts.
 */
const isSeam = (text: string, at: number): boolean => {
  if (at === 0 || at === text.length) return true;
  const [before, after] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
  return isAscii(before) && isAscii(after) && !(before === 0x0d && after === 0x0a);
};

/** The stretch between the two nearest seams around a position. */
const betweenSeams = (text: string, position: number): Span => {
  let from = position;
  while (!isSeam(text, from)) from--;
  let to = position + 1;
  while (!isSeam(text, to)) to++;
  return { from, to };
};

/**
 * For each position, the character as people see it that holds the position. Positions must ascend. The time is linear:
 * a stretch between seams is segmented once, and only if it holds a position. `Segments.containing` reads the
 * whole text for each question instead.
 */
export const charactersAt = (text: string, positions: readonly number[]): Span[] => {
  const characters: Span[] = [];
  const next = () => positions[characters.length] ?? Infinity;
  while (characters.length < positions.length) {
    const stretch = betweenSeams(text, next());
    for (const { index, segment } of graphemes.segment(text.slice(stretch.from, stretch.to))) {
      const from = stretch.from + index;
      const to = from + segment.length;
      while (next() < to) characters.push({ from, to });
      if (next() >= stretch.to) break;
    }
  }
  return characters;
};
