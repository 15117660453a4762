import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { metricNames } from './metric-names.ts';

type MetricKey = keyof typeof metricNames;

const units: Partial<Record<MetricKey, (typeof MetricUnit)[keyof typeof MetricUnit]>> = {
  timeToCompletion: MetricUnit.Milliseconds,
  oldestOpen: MetricUnit.Seconds,
};

const metrics = new Metrics();

/** Counts, or with a value measures; it is printed at the end of the invocation. Counts and times only. */
export const record = (metric: MetricKey, value = 1): void => {
  metrics.addMetric(metricNames[metric], units[metric] ?? MetricUnit.Count, value);
};

/** Prints what was recorded as one line that CloudWatch reads metrics from (EMF); nothing, and no warning, if nothing was. */
export const publishMetrics = (): void => {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
};
