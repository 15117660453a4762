/** A function's answer ends at 6 MB; its envelope, its headers and a last item on the edge need some of it. */
export const answerBytes = 5_500_000;

/** What a value takes in an answer. Lambda counts the body as JSON text within JSON, where each quote is two characters. */
export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(JSON.stringify(value)));

/**
 * Renders the items in order for as long as they fit into that many bytes, and at least one, so that a list
 * goes on. `left` is the first that did not fit.
 */
export const fitting = async <Item, Rendered>(
  items: readonly Item[],
  room: number,
  render: (item: Item) => Rendered | Promise<Rendered>,
): Promise<{ rendered: Rendered[]; left?: Item }> => {
  const rendered: Rendered[] = [];
  let bytes = 0;
  for (const item of items) {
    const next = await render(item);
    bytes += bytesOf(next) + 1;
    if (bytes > room && rendered.length > 0) return { rendered, left: item };
    rendered.push(next);
  }
  return { rendered };
};
