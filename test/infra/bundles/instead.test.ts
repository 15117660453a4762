import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultProvider } from '../../../infra/bundles/instead/credential-provider-node.ts';
import { search } from '../../../infra/bundles/instead/jmespath.ts';

describe('credentials in a bundle', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('are those of the environment, with the session that Lambda gives', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'session');
    expect(await defaultProvider()()).toMatchObject({
      accessKeyId: 'key',
      secretAccessKey: 'secret',
      sessionToken: 'session',
    });
  });

  it('are looked for nowhere else', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_PROFILE', 'default');
    await expect(defaultProvider()()).rejects.toMatchObject({ name: 'CredentialsProviderError' });
  });
});

describe('what Powertools asks of a record, in a bundle', () => {
  it('is a field by its name, null if it is not there', () => {
    expect(search('record', { record: ['acme', 'key'] })).toEqual(['acme', 'key']);
    expect(search('record', {})).toBeNull();
  });

  it('is refused if it is an expression', () => {
    expect(() => search('record[0]', { record: [] })).toThrow('only a name will do');
  });
});
