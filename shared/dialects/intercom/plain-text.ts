/** Where a line ends; Intercom's bodies are made of few elements. */
const lineEnds = /<br\b[^<>]*>|<\/(?:p|div|li|tr|h[1-6]|pre|blockquote)\s*>/gi;
const tags = /<\/?[a-z][^<>]*>/gi;
const entities = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi;

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

const character = (entity: string, decimal?: string, hexadecimal?: string, name?: string): string => {
  if (name !== undefined) return named[name.toLowerCase()]!;
  const code = decimal === undefined ? Number.parseInt(hexadecimal!, 16) : Number(decimal);
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : entity;
};

/** A message's HTML as text: a line for each block, no markup. No pattern runs past a `<`, so the time is linear. */
export const plainTextOf = (html: string): string =>
  html.replace(lineEnds, '\n').replace(tags, '').replace(entities, character).trim();
