import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const app = join(import.meta.dirname, '../../infra/app.ts');

const runApp = (context: object, region: string) =>
  run(process.execPath, [app], {
    env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_DEFAULT_REGION: region },
  });

describe('the CDK app', () => {
  it('refuses a stage that it does not know, and names those that it does', async () => {
    await expect(runApp({ env: 'qa' }, 'eu-west-1')).rejects.toMatchObject({
      stderr: expect.stringContaining('Unknown env "qa": use -c env=dev|staging|prod'),
    });
  });

  it('says how to run it when it has no region', async () => {
    await expect(runApp({ env: 'dev' }, '')).rejects.toMatchObject({
      stderr: expect.stringContaining('CDK_DEFAULT_REGION is not set'),
    });
  });
});
