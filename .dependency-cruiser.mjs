/**
 * Six floors, and every import goes down: functions → http and tasks → redactions and dialects →
 * conversations and tenants → the ground floor (design: the house).
 */
const floors = [
  ['ground', '^shared/[^/]+\\.ts$'],
  ['conversations', '^shared/(conversations|attachments|tenants)/'],
  ['redactions and dialects', '^shared/(redactions|dialects)/'],
  ['http', '^shared/(http|tasks)/'],
  ['functions', '^functions/'],
];

const upwards = floors.flatMap(([name, path], index) => {
  const above = floors.slice(index + 1).map(([, higher]) => higher);
  return above.length === 0
    ? []
    : [{ name: `${name}-imports-down-only`, severity: 'error', from: { path }, to: { path: above.join('|') } }];
});

const forbidden = [
  ...upwards,
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'no-orphans',
    severity: 'error',
    from: { orphan: true, path: '^(shared|functions)/', pathNot: 'handler\\.ts$' },
    to: {},
  },
  {
    name: 'redactions-ask-no-dialect',
    severity: 'error',
    from: { path: '^shared/redactions/' },
    to: { path: '^shared/dialects/' },
  },
  {
    name: 'dialects-know-no-redaction',
    severity: 'error',
    from: { path: '^shared/dialects/' },
    to: { path: '^shared/redactions/' },
  },
  {
    name: 'dialects-are-pure',
    comment: 'A dialect does no I/O, and knows neither the clients nor the environment.',
    severity: 'error',
    from: { path: '^shared/dialects/' },
    to: { path: '^shared/(clients|env|logger|metrics)\\.ts$|^@aws-|^node:|/node_modules/@aws-' },
  },
  {
    name: 'only-its-own-know-a-vendor',
    comment: 'The registry names all of them, and a folder of a vendor its own.',
    severity: 'error',
    from: { path: '^(shared|functions|infra)/', pathNot: '^shared/dialects/(registry\\.ts$|[^/]+/)|^functions/[^/]+/' },
    to: { path: '^shared/dialects/(?!expunge/)[^/]+/' },
  },
  {
    name: 'a-vendor-knows-no-other',
    severity: 'error',
    from: { path: '^(?:shared/dialects|functions)/([^/]+)/' },
    to: { path: '^shared/dialects/[^/]+/', pathNot: '^shared/dialects/$1/' },
  },
  {
    name: 'infra-names-functions-by-path',
    comment: 'What both sides must spell alike it may import: keys and indexes, errors that are retried, metrics.',
    severity: 'error',
    from: { path: '^infra/' },
    to: { path: '^(functions|scripts|test|bench|shared/(?!(table|errors|metric-names)\\.ts$))' },
  },
  {
    name: 'rules-import-no-aws',
    comment: 'Stores, clients and the two entries speak to AWS; everything else is given what it needs.',
    severity: 'error',
    from: {
      path: '^(shared|functions)/',
      pathNot:
        '^shared/(clients|s3|step-functions|logger|metrics|attachments/(attachment-store|attachment-index|bucket-calls|file-links)|http/(entry|idempotent|idempotency-records)|tasks/task|redactions/(ledger|ledger-lists|replay-table|workflow)|tenants/[a-z-]+-store|conversations/(batch|cell|cell-erasure|conditions|conversation-store|guard|part-store|seal-store))\\.ts$',
    },
    to: { path: '@aws-sdk|@aws-lambda-powertools' },
  },
  {
    name: 'nothing-deployed-imports-tests',
    severity: 'error',
    from: { path: '^(shared|functions|infra)/' },
    to: { path: '^(test|bench|scripts)/' },
  },
  {
    name: 'deployed-code-has-real-dependencies',
    severity: 'error',
    from: { path: '^(shared|functions)/' },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '@types/|aws-lambda' },
  },
];

export default {
  forbidden,
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
