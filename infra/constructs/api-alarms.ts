/* oxlint-disable eslint/no-new -- a construct adds itself to its scope */
import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { HouseAlarm } from './house-alarm.ts';
import { sumOf } from './sum-of.ts';

type ApiAlarmsProps = { api: HttpApi; functions: readonly IFunction[] };

/** What an alarm can watch at once: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
const metricsInAlarm = 10;

/** The alarms that are of no single endpoint: what callers get instead of an answer. */
export class ApiAlarms extends Construct {
  constructor(scope: Construct, id: string, { api, functions }: ApiAlarmsProps) {
    super(scope, id);
    const period = Duration.minutes(5);

    // A function that fails unexpectedly answers so itself, so its own alarm, of crashes and timeouts, does not see it.
    new HouseAlarm(this, 'ServerErrors', {
      impact: 'Callers get errors that are not theirs, of status 500 to 504, and have to repeat their requests.',
      runbook: 'callers-get-our-own-errors',
      metric: api.metricServerError({ period }),
    });

    // One execution too many is refused at a time, so that some of these are luck; ten are a caller who is turned away.
    for (let first = 0; first < functions.length; first += metricsInAlarm) {
      const some = functions.slice(first, first + metricsInAlarm);
      new HouseAlarm(this, `Throttles${first / metricsInAlarm}`, {
        impact: 'Callers are refused with a status of 503, because the account runs as many functions as it may.',
        runbook: 'callers-are-refused',
        metric: sumOf(
          'throttled',
          some.map((each) => each.metricThrottles({ period })),
        ),
        threshold: 10,
      });
    }
  }
}
