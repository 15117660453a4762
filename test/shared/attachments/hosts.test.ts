import { describe, expect, it } from 'vitest';
import { attachmentHosts, refusalOf } from '../../../shared/attachments/hosts.ts';

describe("a tenant's list of hosts", () => {
  it.each([
    ['files.example.com', 'files.example.com'],
    ['FILES.Example.COM', 'files.example.com'],
    ['files.example.com.', 'files.example.com'],
    ['*.example.com', '*.example.com'],
    ['*.EXAMPLE.com.', '*.example.com'],
    ['bücher.example.com', 'xn--bcher-kva.example.com'],
    ['*.bücher.example', '*.xn--bcher-kva.example'],
    ['xn--bcher-kva.example.com', 'xn--bcher-kva.example.com'],
    ['ｆｉｌｅｓ．example.com', 'files.example.com'],
    ['under_score.example.com', 'under_score.example.com'],
  ])('takes %s as %s', (written, canonical) => {
    expect(attachmentHosts.parse([written])).toEqual([canonical]);
  });

  it.each([
    '',
    '*',
    '.',
    '*.',
    '*.com',
    'com',
    'localhost',
    '**.example.com',
    '*.*.example.com',
    'files.*.com',
    'f*.example.com',
    '.example.com',
    'example..com',
    'example.com..',
    'https://example.com',
    'example.com/files',
    'example.com:443',
    'example.com?x',
    'example.com#x',
    'user@example.com',
    'example .com',
    ' example.com',
    'example.com\n',
    'example.com\0',
    '%65xample.com',
    'example\\.com',
    '-a.example.com',
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '0177.0.0.1',
    '2130706433',
    '１２７.0.0.1',
    '*.0.0.1',
    '[::1]',
    '::1',
    '::ffff:127.0.0.1',
    `${'a'.repeat(64)}.example.com`,
    `${'a.'.repeat(126)}com`,
    'a'.repeat(100_000),
    7,
    null,
  ])('refuses %s', (written) => {
    expect(attachmentHosts.safeParse([written]).success).toBe(false);
  });

  it('takes 100 hosts and no more', () => {
    const hosts = (count: number) => Array.from({ length: count }, (_, index) => `h${index}.example.com`);
    expect(attachmentHosts.safeParse(hosts(100)).success).toBe(true);
    expect(attachmentHosts.safeParse(hosts(101)).success).toBe(false);
  });
});

describe('a URL', () => {
  const hosts = attachmentHosts.parse(['files.example.com', '*.cdn.example.net', 'bücher.example']);
  const refusal = (text: string) => refusalOf(new URL(text), hosts);

  it.each([
    'https://files.example.com',
    'https://files.example.com/a?b=c#d',
    'HTTPS://FILES.EXAMPLE.COM/a',
    'https://files.example.com:443/a',
    'https://files.example.com:0443/a',
    'https://files.example.com./a',
    'https:files.example.com/a',
    'https:\\\\files.example.com\\a',
    'https://fi\nles.example.com/a',
    'https://%66iles.example.com/a',
    'https://files。example.com/a',
    'https://eu.cdn.example.net/a',
    'https://a.b.cdn.example.net/a',
    'https://BÜCHER.example/a',
    'https://xn--bcher-kva.example/a',
  ])('is fetched: %j', (text) => {
    expect(refusal(text)).toBeUndefined();
  });

  it.each([
    ['http://files.example.com/a', 'it is not https'],
    ['ftp://files.example.com/a', 'it is not https'],
    ['file:///etc/passwd', 'it is not https'],
    ['data:text/plain,a', 'it is not https'],
    ['blob:https://files.example.com/a', 'it is not https'],
    ['gopher://files.example.com/', 'it is not https'],
    ['https://user@files.example.com/', 'it names a user'],
    ['https://user:password@files.example.com/', 'it names a user'],
    ['https://:password@files.example.com/', 'it names a user'],
    ['https://files.example.com@evil.example/', 'it names a user'],
    ['https://files.example.com:80/', 'its port is not 443'],
    ['https://files.example.com:8443/', 'its port is not 443'],
    ['https://127.0.0.1/', 'its host is an address'],
    ['https://93.184.215.14/', 'its host is an address'],
    ['https://2130706433/', 'its host is an address'],
    ['https://0x7f000001/', 'its host is an address'],
    ['https://0x7f.1/', 'its host is an address'],
    ['https://0177.0.0.01/', 'its host is an address'],
    ['https://017700000001/', 'its host is an address'],
    ['https://127.1/', 'its host is an address'],
    ['https://127.0.0.1./', 'its host is an address'],
    ['https://１２７.0.0.1/', 'its host is an address'],
    ['https://①②⑦.0.0.1/', 'its host is an address'],
    ['https://[::1]/', 'its host is an address'],
    ['https://[::ffff:127.0.0.1]/', 'its host is an address'],
    ['https://[0:0:0:0:0:ffff:7f00:1]/', 'its host is an address'],
    ['https://[fd00:ec2::254]/', 'its host is an address'],
    ...[
      'https://example.com/',
      'https://evil.example/files.example.com',
      'https://xfiles.example.com/',
      'https://x.files.example.com/',
      'https://files.example.com.evil.example/',
      'https://files.example.com../',
      'https://evil.example\\@files.example.com/',
      'https://evil.example#@files.example.com/',
      'https://evil.example?@files.example.com/',
      'https://cdn.example.net/',
      'https://.cdn.example.net/',
      'https://evilcdn.example.net/',
      'https://cdn.example.net.evil.example/',
      'https://bucher.example/',
      'https://localhost/',
    ].map((text) => [text, "its host is not on the tenant's list"]),
  ])('is refused: %s (%s)', (text, reason) => {
    expect(refusal(text)).toBe(reason);
  });

  it('is never fetched without a list', () => {
    expect(refusalOf(new URL('https://files.example.com/'), [])).toBe("its host is not on the tenant's list");
  });
});
