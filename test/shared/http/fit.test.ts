import { describe, expect, it } from 'vitest';
import { bytesOf, fitting } from '../../../shared/http/fit.ts';

describe('fitting', () => {
  const items = ['aaaa', 'bbbb', 'cccc'];
  const each = bytesOf('aaaa') + 1;

  it('takes all that fit, and names the first that does not', async () => {
    expect(await fitting(items, 2 * each, (item) => item)).toEqual({ rendered: ['aaaa', 'bbbb'], left: 'cccc' });
    expect(await fitting(items, 3 * each, (item) => item)).toEqual({ rendered: items });
  });

  it('takes at least one, so that a list goes on', async () => {
    expect(await fitting(items, 0, (item) => item)).toEqual({ rendered: ['aaaa'], left: 'bbbb' });
    expect(await fitting([], 0, (item) => item)).toEqual({ rendered: [] });
  });

  it('counts what is rendered, in bytes of UTF-8', async () => {
    expect(await fitting(['a', 'b'], 3 * 8, () => '▇▇▇▇▇▇▇')).toMatchObject({ left: 'b' });
  });
});
