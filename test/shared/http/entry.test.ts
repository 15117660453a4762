import { expect, it } from 'vitest';
import { captureLogs } from '../../support/capture-logs.ts';
import { expungeApi } from '../../support/endpoints.ts';

it('ties the log lines of a request to the id that its caller gets, and to no earlier one', async () => {
  for (let request = 0; request < 2; request++) {
    const ids: (string | undefined)[] = [];
    const logs = await captureLogs(async () => {
      ids.push((await expungeApi.get('no-such-key', 'cv_1')).headers['x-request-id']);
    });
    expect(JSON.parse(logs)).toMatchObject({ message: 'request refused', correlation_id: ids[0] });
  }
});
