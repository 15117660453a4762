import { captureLogs } from './capture-logs.ts';

/** Runs, and gives back what it printed for CloudWatch to read metrics from, each line parsed. */
export const metricLines = async (run: () => Promise<unknown>): Promise<Record<string, unknown>[]> => {
  const printed = await captureLogs(async () => void (await run()));
  return printed
    .split('\n')
    .filter((line) => line.startsWith('{"_aws"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
};

/** Runs, and gives back the metrics alone, by name. */
export const metricsOf = async (run: () => Promise<unknown>): Promise<Record<string, unknown>> => {
  const lines = await metricLines(run);
  return Object.assign({}, ...lines.map(({ _aws, service: _service, ...metrics }) => metrics)) as Record<
    string,
    unknown
  >;
};
