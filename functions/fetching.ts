import { internet } from '../shared/attachments/fetch-file.ts';
import type { Fetching } from '../shared/attachments/fetch-files.ts';
import { documents } from '../shared/clients.ts';
import { requireEnv } from '../shared/env.ts';
import { settingsStore } from '../shared/tenants/settings-store.ts';

/** The one way by which files are fetched, and what a tenant allows of it. */
export const fetching: Fetching = {
  settings: settingsStore(documents, requireEnv('TABLE_NAME')),
  egress: internet,
};
