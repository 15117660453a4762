const unitsAtMost = 0x1_00_00;

/**
 * Asks whether a string holds any of the texts, none of which is empty. Aho and Corasick's search: linear in the string
 * and in the texts together. A search for each text in turn takes 1,000 times as long for 1,000 texts.
 */
export const findAnyOf = (texts: readonly string[]): ((text: string) => boolean) => {
  const nodesAtMost = 1 + texts.reduce((sum, { length }) => sum + length, 0);
  // A node is the beginning of a text. Node 0 is the empty beginning.
  let nodes = 1;
  /** For each node, its first edge: the unit and the node behind it. Few nodes have others, which `edges` holds. */
  const units = new Int32Array(nodesAtMost).fill(-1);
  const behind = new Int32Array(nodesAtMost);
  const edges = new Map<number, number>();
  /** For each node, the longest other beginning that it ends with. */
  const fallbacks = new Int32Array(nodesAtMost);
  /** For each node, whether it ends with a whole text. */
  const ends = new Uint8Array(nodesAtMost);

  const edgeOf = (node: number, unit: number): number | undefined =>
    units[node] === unit ? behind[node] : edges.get(node * unitsAtMost + unit);
  const follow = (from: number, unit: number): number => {
    let node = from;
    for (;;) {
      const next = edgeOf(node, unit);
      if (next !== undefined) return next;
      if (node === 0) return 0;
      node = fallbacks[node]!;
    }
  };
  const grow = (node: number, unit: number): number => {
    const known = edgeOf(node, unit);
    if (known !== undefined) return known;
    const grown = nodes++;
    fallbacks[grown] = node === 0 ? 0 : follow(fallbacks[node]!, unit);
    ends[grown] = ends[fallbacks[grown]]!;
    if (units[node] === -1) {
      units[node] = unit;
      behind[node] = grown;
    } else edges.set(node * unitsAtMost + unit, grown);
    return grown;
  };
  // All texts grow by one unit at a time: a fallback is shorter than its node, so it exists first.
  let growing = texts.map((text) => ({ text, node: 0 }));
  for (let length = 1; growing.length > 0; length++) {
    for (const beginning of growing) {
      beginning.node = grow(beginning.node, beginning.text.charCodeAt(length - 1));
      if (beginning.text.length === length) ends[beginning.node] = 1;
    }
    growing = growing.filter(({ text }) => text.length > length);
  }

  return (text) => {
    let node = 0;
    for (let n = 0; n < text.length; n++) {
      node = follow(node, text.charCodeAt(n));
      if (ends[node] === 1) return true;
    }
    return false;
  };
};
