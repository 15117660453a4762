import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { metricNames, serviceName } from '../../shared/metric-names.ts';
import type { StageSettings } from '../environments.ts';

/** A metric that the functions print themselves (shared/metrics.ts), of this environment. */
export const ownMetric = (settings: StageSettings, key: keyof typeof metricNames, options: MetricOptions): Metric =>
  new Metric({
    namespace: settings.metricsNamespace,
    metricName: metricNames[key],
    dimensionsMap: { service: serviceName },
    ...options,
  });
