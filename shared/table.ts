/**
 * The one table: every key, index and attribute name stands here, and infra imports the same names.
 *
 * | entity       | pk                                         | sk              | read by |
 * | ------------ | ------------------------------------------ | --------------- | ------- |
 * | conversation | T#tenant#C#conversation                    | META            | get it |
 * | guard        | same                                       | GUARD           | get it; the one item whose conditions decide |
 * | conversation cell | same                                  | C#META          | the conversation's own free text |
 * | person       | same                                       | W#person        | query all of a conversation |
 * | redaction    | same                                       | R#redaction     | get one, query all; index `open` while unsettled |
 * | part, cell   | same for bucket 0, else …#B#bucket         | P#sequence, C#sequence | query a run of sequences |
 * | attachments of a part | same                              | A#sequence      | query a run of sequences; ids alone |
 * | part id      | T#tenant#C#conversation#I#part             | ID              | get it: strongly consistent, unlike an index |
 * | settings     | T#tenant                                   | SETTINGS        | get it |
 * | API key      | K#sha-256 of the key                       | KEY             | get it per request |
 * | API key id   | T#tenant                                   | KEY#key id      | list a tenant's keys |
 * | seal         | TABLE                                      | SEAL            | get it once per execution environment |
 *
 * Keys hold opaque ids only, because CloudTrail records keys; no id may contain `#` or `/`, so no key can
 * be read as another's (shared/conversations/ids.ts). Names are short: an item is billed by its size.
 */
export const table = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Sparse: only unsettled redactions stand in it, by the time they were requested. Keys only. */
  openIndex: { name: 'open', partitionKey: 'open', sortKey: 'openedAt' },
} as const;

/** One record per Idempotency-Key, spread by its hash; never a response (shared/http/idempotent.ts). */
export const idempotencyTable = {
  partitionKey: 'id',
  timeToLive: 'expiration',
  status: 'status',
  /** When the operation under way is dead at the latest, in milliseconds. */
  lockEnds: 'in_progress_expiration',
} as const;

/** A run of consecutive sequences with a partition of its own, so that a large conversation has no hot one. */
export const bucketSize = 500;
export const bucketOf = (sequence: number) => Math.floor(sequence / bucketSize);

// Nine digits sort as text up to a thousand million parts.
const padded = (sequence: number) => String(sequence).padStart(9, '0');

export const pk = {
  conversation: (tenantId: string, conversationId: string) => `T#${tenantId}#C#${conversationId}`,
  bucket: (tenantId: string, conversationId: string, bucket: number) =>
    pk.conversation(tenantId, conversationId) + (bucket === 0 ? '' : `#B#${bucket}`),
  partId: (tenantId: string, conversationId: string, partId: string) =>
    `${pk.conversation(tenantId, conversationId)}#I#${partId}`,
  tenant: (tenantId: string) => `T#${tenantId}`,
  apiKey: (hash: string) => `K#${hash}`,
  /** What concerns the whole table. */
  table: 'TABLE',
};

export const sk = {
  meta: 'META',
  guard: 'GUARD',
  part: (sequence: number) => `P#${padded(sequence)}`,
  cell: (sequence: number) => `C#${padded(sequence)}`,
  attachments: (sequence: number) => `A#${padded(sequence)}`,
  conversationCell: 'C#META',
  person: (personId: string) => `W#${personId}`,
  people: 'W#',
  redaction: (redactionId: string) => `R#${redactionId}`,
  redactions: 'R#',
  partId: 'ID',
  settings: 'SETTINGS',
  apiKey: 'KEY',
  tenantKey: (keyId: string) => `KEY#${keyId}`,
  tenantKeys: 'KEY#',
  seal: 'SEAL',
};

/**
 * What an erasure may write, item by item: a role that erases is limited to these names and its keys
 * (infra/constructs/table-access.ts), so that it can write no content. A store that writes another one is refused.
 */
export const attributes = {
  erasedCell: ['erasedAt', 'redactionId'],
  /** Beside what a cell keeps; to remove content is to name it. */
  keptCell: ['erasedAt', 'redactionId', 'content', 'version'],
  maskedCell: ['content', 'version', 'masks'],
  hold: ['heldSince', 'version'],
  acceptance: [
    'version',
    'admitted',
    'heldSince',
    'redactedThrough',
    'redactedAt',
    'redactedBy',
    'clearedThrough',
    'clearedAt',
    'clearedBy',
  ],
  entry: [
    'attempt',
    'scope',
    'actor',
    'requestId',
    'actingAs',
    'reason',
    'sequences',
    'requestedAt',
    'requestedThrough',
    'state',
    'open',
    'openedAt',
  ],
  accepted: ['attempt', 'state', 'open', 'openedAt', 'acceptedAt', 'run', 'chunkBuckets'],
  round: ['attempt', 'state', 'startedAt', 'finished', 'finishedBefore'],
  chunk: ['state', 'finished'],
  failure: ['state', 'lastFailure', 'failures'],
  execution: ['state', 'endedExecutions'],
  settled: [
    'attempt',
    'state',
    'open',
    'openedAt',
    'completedAt',
    'cells',
    'verified',
    'erasedThrough',
    'erasedClearedThrough',
  ],
} as const;

/** The sequence in the sort key of a part, a cell or an item of attachments. */
export const sequenceOf = (sortKey: string) => Number(sortKey.slice(2));

/** The conversation that a ledger entry's partition key names; the index `open` gives back keys alone. */
export const conversationOf = (partitionKey: string) => {
  const [, tenantId = '', , conversationId = ''] = partitionKey.split('#');
  return { tenantId, conversationId };
};

const inBucket = (tenantId: string, conversationId: string, bucket: number) =>
  `files/${tenantId}/${conversationId}/${bucket}/`;
const inPart = (tenantId: string, conversationId: string, sequence: number) =>
  `${inBucket(tenantId, conversationId, bucketOf(sequence))}${padded(sequence)}/`;

/**
 * The keys of files. An upload lands in staging; when a part names it, it is copied to where the part's bucket of
 * sequences is found by prefix. Access logs record keys, so they hold opaque ids too and never a file's name.
 */
export const objectKey = {
  staging: 'staging/',
  files: 'files/',
  staged: (tenantId: string, attachmentId: string) => `staging/${tenantId}/${attachmentId}`,
  inBucket,
  inPart,
  file: (tenantId: string, conversationId: string, sequence: number, attachmentId: string) =>
    inPart(tenantId, conversationId, sequence) + attachmentId,
};

/** The sequence in the key of a file. */
export const sequenceOfFile = (key: string) => Number(key.split('/')[4]);

/** The tag of a copy whose part is not written yet; with it, it expires. */
export const unplaced = { state: 'unplaced' };
