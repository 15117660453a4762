import { describe, expect, it } from 'vitest';
import { readChanges } from '../../../scripts/settings/valid-settings.ts';

const noObject = 'a JSON object with at least one setting is needed';

describe('the changes that npm run settings -- set reads', () => {
  it.each<[string, string, Record<string, unknown>, Record<string, unknown>]>([
    ['intercom', '{"version":"2.15"}', {}, { version: '2.15' }],
    ['intercom', '{"version":null}', {}, { version: null }],
    ['intercom', '{"verson":null,"version":"Preview"}', { verson: '2.15' }, { verson: null, version: 'Preview' }],
    ['augno', '{"attachmentHosts":["Files.Example.com."]}', {}, { attachmentHosts: ['files.example.com'] }],
    ['zendesk', '{"ticketDeletion":false}', {}, { ticketDeletion: false }],
  ])('of %s are valid: %s, where %j is there', (dialect, text, stored, changes) => {
    expect(readChanges(dialect, text, stored)).toEqual({ changes, faults: [] });
  });

  it.each<[string, string, string[]]>([
    ['intercom', '{"verson":"2.15"}', ['intercom has no setting "verson"']],
    ['intercom', '{"version":"2.15","verson":null}', ['intercom has no setting "verson"']],
    ['intercom', '{"toString":null}', ['intercom has no setting "toString"']],
    ['intercom', '{"version":"2.17"}', ['"version" has no valid value']],
    ['intercom', '{"version":"2.15","__proto__":null}', ['intercom has no setting "__proto__"']],
    ['intercom', '{"version":"2.15","__proto__":{"a":1}}', ['intercom has no setting "__proto__"']],
    ['intercom', '{"attachmentHosts":["10.0.0.1","localhost"]}', ['"attachmentHosts" has no valid value']],
    ['augno', '{"version":"1.0.forge-preview.3"}', ['augno has no setting "version"']],
    ['augno', '{}', [noObject]],
    ['augno', '["attachmentHosts"]', [noObject]],
    ['augno', 'null', [noObject]],
    ['augno', '"attachmentHosts"', [noObject]],
    ['augno', '{attachmentHosts:[]}', [noObject]],
    ['augno', '', [noObject]],
  ])('of %s are refused: %s', (dialect, text, faults) => {
    expect(readChanges(dialect, text, {})).toEqual({ changes: {}, faults });
  });
});
