import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { metricNames } from '../../shared/metric-names.ts';
import type { StageSettings } from '../environments.ts';
import { runbookAt } from './house-alarm.ts';
import { ownMetric } from './own-metric.ts';

type OperationsDashboardProps = {
  settings: StageSettings;
  api: HttpApi;
  stateMachine: StateMachine;
  tables: Readonly<Record<string, ITableV2>>;
  bucket: Bucket;
  /** The stacks whose functions are shown. */
  stacks: readonly Stack[];
};

const whatToLookAt = `
**Is somebody waiting?** Look at *Open*: above zero for long, and older each minute, means that content which was promised
to go is still stored, though nobody sees it (${runbookAt('redactions-stay-open')}). *Halted* waits for a legal hold.
**Is somebody turned away?** *Answers* of 5xx, then *Errors by function*, then *Throttled*
(${runbookAt('callers-get-our-own-errors')}, ${runbookAt('a-table-refuses-requests')}).
**What does it cost?** The last row: units of the tables are most of it, one write unit and 0.03 read units a part.
`;

const period = Duration.minutes(5);

/** A graph of a third of the width, or of as much as it is told. */
const graph = (title: string, left: IMetric[], more: Partial<GraphWidgetProps> = {}) =>
  new GraphWidget({ title, left, width: 8, period, leftYAxis: { min: 0 }, ...more });

/** All of an environment on one page: who waits, who is turned away, what it costs. */
export class OperationsDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: OperationsDashboardProps) {
    super(scope, id);
    const { settings } = props;
    this.dashboard = new Dashboard(this, 'Dashboard', {
      // Dashboards are those of all regions, so that its name needs the region; it has no slash.
      dashboardName: `${settings.metricsNamespace.replace('/', '-')}-${Stack.of(this).region}`,
      defaultInterval: Duration.days(1),
      widgets: [
        [new TextWidget({ markdown: whatToLookAt, width: 24, height: 4 })],
        redactionsOf(settings),
        faultsOf(props),
        costsOf(props),
      ],
    });
  }
}

const redactionsOf = (settings: StageSettings) => {
  const own = (key: keyof typeof metricNames, label: string, statistic: string = Stats.SUM) =>
    ownMetric(settings, key, { label, statistic, period });
  return [
    graph(
      'Redactions',
      [own('accepted', 'accepted'), own('completed', 'completed'), own('refusedByHold', 'refused by a legal hold')],
      { width: 6 },
    ),
    graph('Open', [own('open', 'open', Stats.MAXIMUM), own('halted', 'halted by a legal hold', Stats.MAXIMUM)], {
      width: 6,
      right: [own('oldestOpen', 'age of the oldest, s', Stats.MAXIMUM)],
      rightYAxis: { min: 0 },
    }),
    graph(
      'From request to completion, ms',
      [own('timeToCompletion', 'p50', 'p50'), own('timeToCompletion', 'p99', 'p99')],
      {
        width: 6,
      },
    ),
    graph('Parts erased', [own('partsErased', 'parts')], { width: 6 }),
  ];
};

/**
 * A metric of every function of the stacks, a line each. A search finds functions by their names, which begin with the
 * stack's: naming each one would keep a stack from giving one up.
 */
const ofFunctions = (stacks: readonly Stack[], metricName: string) =>
  stacks.map(
    ({ stackName }) =>
      new MathExpression({
        expression: `SEARCH('{AWS/Lambda,FunctionName} MetricName="${metricName}" ${stackName}', 'Sum', 300)`,
        label: '',
        period,
      }),
  );

const faultsOf = ({ api, tables, stacks }: OperationsDashboardProps) => [
  graph('Answers', [
    api.metricCount({ label: 'all' }),
    api.metricClientError({ label: '4xx' }),
    api.metricServerError({ label: '5xx' }),
  ]),
  graph('Errors by function', ofFunctions(stacks, 'Errors')),
  graph('Throttled: functions, and requests to tables', ofFunctions(stacks, 'Throttles'), {
    right: Object.entries(tables).flatMap(([name, table]) => [
      table.metric('ReadThrottleEvents', { label: `${name}, reads`, statistic: Stats.SUM }),
      table.metric('WriteThrottleEvents', { label: `${name}, writes`, statistic: Stats.SUM }),
    ]),
    rightYAxis: { min: 0 },
  }),
];

const costsOf = ({ stateMachine, tables, bucket, stacks }: OperationsDashboardProps) => [
  graph(
    'Units of the tables',
    Object.entries(tables).flatMap(([name, table]) => [
      table.metricConsumedReadCapacityUnits({ label: `${name}, read` }),
      table.metricConsumedWriteCapacityUnits({ label: `${name}, written` }),
    ]),
  ),
  graph(
    'Milliseconds of functions',
    stacks.map(
      ({ stackName }) =>
        new MathExpression({
          expression: `SUM(SEARCH('{AWS/Lambda,FunctionName} MetricName="Duration" ${stackName}', 'Sum', 300))`,
          label: stackName,
          period,
        }),
    ),
  ),
  graph('Executions of the workflow, and bytes of files', [stateMachine.metricStarted({ label: 'executions' })], {
    right: [
      new Metric({
        namespace: 'AWS/S3',
        metricName: 'BucketSizeBytes',
        dimensionsMap: { BucketName: bucket.bucketName, StorageType: 'StandardStorage' },
        label: 'bytes',
        statistic: Stats.AVERAGE,
        // S3 tells it once a day.
        period: Duration.days(1),
      }),
    ],
    rightYAxis: { min: 0 },
  }),
];
