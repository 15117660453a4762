import { defineConfig } from 'vitest/config';

/** The tests of pure code, for the mutation run: no table, no setup. */
export default defineConfig({
  test: { include: ['test/shared/dialects/**/*.test.ts', 'test/shared/conversations/masking.test.ts'] },
});
