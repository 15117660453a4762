import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    silent: 'passed-only',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    coverage: { include: ['shared/**', 'functions/**', 'infra/**'] },
    projects: [
      {
        extends: true,
        test: {
          name: 'table',
          include: ['test/**/*.test.ts'],
          exclude: ['test/infra/**', 'test/local/**'],
          globalSetup: ['test/support/start-dynamodb.ts'],
          setupFiles: ['test/support/use-own-tables.ts'],
        },
      },
      { extends: true, test: { name: 'infra', include: ['test/infra/**/*.test.ts', 'test/local/**/*.test.ts'] } },
    ],
  },
});
