import { describe, expect, it } from 'vitest';
import { warningsOf } from '../../infra/check-settings.ts';

describe('the warnings of a stage', () => {
  it('are one line if its alarms reach nobody', () => {
    expect(warningsOf('dev', { alarmEmails: [] })).toEqual([
      'Warning: alarms of dev reach nobody, since its alarmEmails in infra/environments.ts are empty',
    ]);
  });

  it('are none if somebody is named', () => {
    expect(warningsOf('dev', { alarmEmails: ['ops@example.com'] })).toEqual([]);
  });
});
