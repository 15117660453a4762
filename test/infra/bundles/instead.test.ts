import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultProvider } from '../../../infra/bundles/instead/credential-provider-node.ts';
import { search } from '../../../infra/bundles/instead/jmespath.ts';
import { SignatureV4MultiRegion } from '../../../infra/bundles/instead/signature-v4-multi-region.ts';

type SigningConfig = S3Client['config'] & { signerConstructor: typeof SignatureV4MultiRegion };

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

describe("what S3's client signs in a bundle", () => {
  // The emulator takes any signature, so this is the test of them.
  it("is signed as by AWS's own signer", async () => {
    // The client has it, and its types do not say so.
    const { signerConstructor, sha256 } = new S3Client({ region: 'eu-west-1' }).config as unknown as SigningConfig;
    const options = {
      service: 's3',
      region: 'eu-west-1',
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'session' },
      sha256,
      uriEscapePath: false,
      applyChecksum: true,
    };
    const hostname = 'files.s3.eu-west-1.amazonaws.com';
    const request = {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/files/acme/augno:cv_1/P%2B1',
      headers: { host: hostname },
      query: { 'response-cache-control': 'no-store' },
    };
    const at = { signingDate: new Date('2026-11-22T00:00:00Z'), expiresIn: 3600 };
    const [ours, theirs] = [new SignatureV4MultiRegion(options), new signerConstructor(options)];
    const link = await ours.presign(request, at);
    expect(link.query).toMatchObject({ 'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(link).toEqual(await theirs.presign(request, at));
    expect(await ours.sign(request, at)).toEqual(await theirs.sign(request, at));
  });
});
