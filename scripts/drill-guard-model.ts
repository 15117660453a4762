import { parseArgs } from 'node:util';
import { search } from '../test/shared/conversations/guard-model.ts';

/** `npm run drill:guard-model`: the model of the guard, searched in a world that is too large for CI. */

const number = (value: string) => ({ type: 'string', default: value }) as const;
const { values } = parseArgs({
  options: { parts: number('4'), copies: number('3'), decisions: number('5'), 'at-once': number('1') },
});
const size = {
  parts: Number(values.parts),
  copies: Number(values.copies),
  decisions: Number(values.decisions),
  atOnce: Number(values['at-once']),
};
const begun = performance.now();
const { states, transitions, broken } = search(size);
const seconds = Math.round((performance.now() - begun) / 1000);
console.log(JSON.stringify({ ...size, states, transitions, seconds, broken: broken.size }));
for (const [promise, way] of broken) console.log(`broken: ${promise}\n  ${way}`);
process.exitCode = broken.size > 0 ? 1 : 0;
