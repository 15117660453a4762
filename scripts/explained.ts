/** What the operator does about an error, by its name, where the error does not say so itself. */
const remedies: Record<string, string> = {
  LedgerBehind: '--to has redactions that --from lacks: give as --from the table that lived on',
  TableInUse:
    '--from still changes: stop what writes to it, and run it again; with --no-open what was redacted before is applied',
  ContentRemains: 'what was erased in --to is there again: stop what writes to it, and run it again',
  ResourceNotFoundException: 'there is no such table in this account and region: the output TableName names it',
  MissingRegion: 'set AWS_REGION, or a region in your AWS profile',
};

/** Errors whose message is for the operator. */
const sayThemselves = new Set(['TableNotReplayed', 'Unavailable']);

/** Runs a script to its end. An error that the operator can mend becomes one line and exit code 1; any other stays as it is. */
export const explained = async (script: Promise<unknown>): Promise<void> => {
  try {
    await script;
  } catch (error) {
    const { name, message } = error as Error;
    // The SDK gives it no name of its own.
    const known = message === 'Region is missing' ? 'MissingRegion' : name;
    const remedy = sayThemselves.has(known) ? message : remedies[known];
    if (remedy === undefined) throw error;
    console.error(`error: ${known}: ${remedy}`);
    process.exitCode = 1;
  }
};
