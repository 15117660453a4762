import { beforeAll, describe, expect, it } from 'vitest';
import { metricNames } from '../../shared/metric-names.ts';
import { deployments } from './deployments.ts';
import { readTemplate, resourcesOf, type StackTemplate } from './stack-template.ts';

describe.each(deployments)('the dashboard of $name', (deployment) => {
  const { stage } = deployment;
  let template: StackTemplate;
  let name: string;
  let widgets: { type: string; properties: any }[];

  /** The lines of all graphs: a namespace and a metric, or an expression. */
  const lines = () =>
    widgets
      .flatMap(({ properties }) => (properties.metrics ?? []) as unknown[][])
      .map(([first, second]) => [first, second]);

  beforeAll(async () => {
    template = await readTemplate(deployment, 'Api');
    const [[, dashboard] = [], ...others] = resourcesOf(template, 'AWS::CloudWatch::Dashboard');
    if (!dashboard || others.length > 0) throw new Error('There is one dashboard');
    const { DashboardName, DashboardBody } = dashboard.Properties;
    name = DashboardName;
    // What is joined in are names that stand inside of strings.
    const pieces: unknown[] = DashboardBody['Fn::Join'][1];
    const text = pieces
      .map((piece) => (typeof piece === 'string' ? piece : Object.values(piece as object)[0]))
      .join('');
    ({ widgets } = JSON.parse(text) as { widgets: typeof widgets });
  });

  it('bears the name of the environment, and is found by the output of the stack', () => {
    expect(name).toBe(`Expunge-${stage}-eu-west-1`);
    expect(JSON.stringify(template.Outputs['DashboardUrl']?.Value)).toContain('#dashboards/dashboard/');
  });

  it('begins with what to look at first', () => {
    expect(widgets.map(({ type }) => type)).toEqual(['text', ...Array.from({ length: 10 }, () => 'metric')]);
    expect(widgets[0]?.properties.markdown).toContain('docs/runbook.md#redactions-stay-open');
  });

  it('shows every metric that the functions print, of this environment, and none that they do not', () => {
    const own = lines().filter(([namespace]) => String(namespace).startsWith('Expunge'));
    expect(new Set(own.map(([namespace]) => namespace))).toEqual(new Set([`Expunge/${stage}`]));
    expect(new Set(own.map(([, metric]) => metric))).toEqual(new Set(Object.values(metricNames)));
  });

  it('shows what callers get, what fails, what is throttled and what it costs', () => {
    const ofAws = lines().filter(([namespace]) => String(namespace).startsWith('AWS/'));
    const count = (metric: string) => ofAws.filter(([, name]) => name === metric).length;
    expect(Object.fromEntries([...new Set(ofAws.map(([, name]) => String(name)))].map((m) => [m, count(m)]))).toEqual({
      Count: 1,
      '4xx': 1,
      '5xx': 1,
      ReadThrottleEvents: 2,
      WriteThrottleEvents: 2,
      ConsumedReadCapacityUnits: 2,
      ConsumedWriteCapacityUnits: 2,
      ExecutionsStarted: 1,
      BucketSizeBytes: 1,
    });
    const searches = lines().flatMap(([line]) => (line as { expression?: string }).expression ?? []);
    const search = (metric: string) =>
      ['Api', 'Erasure'].map(
        (stack) => `SEARCH('{AWS/Lambda,FunctionName} MetricName="${metric}" Expunge-${stage}-${stack}', 'Sum', 300)`,
      );
    expect(searches).toEqual([
      ...search('Errors'),
      ...search('Throttles'),
      ...search('Duration').map((each) => `SUM(${each})`),
    ]);
  });
});
