/**
 * The environment's own metrics, by what they count. Their namespace is the environment's, and their one dimension the
 * service: a tenant or a conversation as a dimension would cost a metric each, and tell who redacts what.
 */
export const metricNames = {
  /** Redactions that the guard let pass, those that are completed, and those that a legal hold kept out. */
  accepted: 'RedactionsAccepted',
  completed: 'RedactionsCompleted',
  refusedByHold: 'RedactionsRefusedByHold',
  /** Parts that completed redactions covered. */
  partsErased: 'PartsErased',
  /** From the request to the completion. */
  timeToCompletion: 'TimeToCompletion',
  /** Told each minute by erasure/resume, of what is older than a minute and not settled: what goes on, and what a legal hold halts. */
  open: 'RedactionsOpen',
  oldestOpen: 'OldestOpenRedactionAge',
  halted: 'RedactionsHalted',
} as const;

/** The value of the dimension `service`, and of the same field in every log line. */
export const serviceName = 'expunge';
