import { beforeAll, describe, expect, it } from 'vitest';
import { type DeployedFunction, deployedFunctions } from './deployed-functions.ts';
import { deployments } from './deployments.ts';
import { readTemplate, resourcesOf, type StackTemplate } from './stack-template.ts';

const logDays = { dev: 7, staging: 30, prod: 90 };
const cases = deployments.flatMap((deployment) =>
  (['Api', 'Erasure'] as const).map((stack) => ({ ...deployment, deployment, stack })),
);

describe.each(cases)('every function of $name, $stack', ({ deployment, stage, stack }) => {
  let template: StackTemplate;
  let functions: DeployedFunction[];

  beforeAll(async () => {
    template = await readTemplate(deployment, stack);
    functions = deployedFunctions(template);
  });

  it('is found', () => {
    expect(functions.length).toBeGreaterThan(4);
  });

  it('runs on Node 24 and arm64, and is killed only after the API has given up', () => {
    const settings = functions.map(({ folder, routeKeys, properties }) => ({
      folder,
      runtime: properties['Runtime'],
      architectures: properties['Architectures'],
      timely: routeKeys.length === 0 || properties['Timeout'] > 30,
    }));
    expect(settings).toEqual(
      settings.map(({ folder }) => ({ folder, runtime: 'nodejs24.x', architectures: ['arm64'], timely: true })),
    );
  });

  it('has the CPU that it needs: a whole one, if it writes up to 5,000 parts', () => {
    const memory = functions.map(({ folder, properties }) => [folder, properties['MemorySize']]);
    const large = ['expunge/import-conversation', 'expunge/append-parts'];
    expect(memory).toEqual(functions.map(({ folder }) => [folder, large.includes(folder) ? 1_769 : 512]));
  });

  it('has a log group of its own that expires', () => {
    const groups = Object.fromEntries(resourcesOf(template, 'AWS::Logs::LogGroup'));
    const used = functions.map(({ folder, properties }) => {
      const group = groups[properties['LoggingConfig'].LogGroup.Ref];
      return { folder, days: group?.Properties['RetentionInDays'], policy: group?.DeletionPolicy };
    });
    const policy = stage === 'prod' ? 'Retain' : 'Delete';
    expect(used).toEqual(used.map(({ folder }) => ({ folder, days: logDays[stage], policy })));
    const names = functions.map(({ properties }) => properties['LoggingConfig'].LogGroup.Ref);
    expect(new Set(names).size).toBe(functions.length);
  });

  it('is traced, and tells traces and logs neither what it is given nor what it gives back', () => {
    const powertools = functions.map(({ folder, properties, variables }) => ({
      folder,
      tracing: properties['TracingConfig']?.Mode,
      variables: Object.fromEntries(Object.entries(variables).filter(([name]) => name.startsWith('POWERTOOLS_'))),
      layers: properties['Layers'] ?? [],
    }));
    // No POWERTOOLS_LOGGER_LOG_EVENT, and no tracer that would capture responses: neither its variables nor a layer that brings one.
    const expected = {
      POWERTOOLS_SERVICE_NAME: 'expunge',
      POWERTOOLS_METRICS_NAMESPACE: `Expunge/${stage}`,
      POWERTOOLS_LOG_LEVEL: 'INFO',
    };
    expect(powertools).toEqual(
      powertools.map(({ folder }) => ({ folder, tracing: 'Active', variables: expected, layers: [] })),
    );
  });

  it('has an alarm that says who suffers', () => {
    const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => Properties['MetricName'] === 'Errors')
      .map(([, { Properties }]) => ({
        functionId: Properties['Dimensions'][0].Value.Ref,
        namespace: Properties['Namespace'],
        threshold: Properties['Threshold'],
        text: Properties['AlarmDescription'],
      }));
    const expected = functions.map(({ id }) => ({
      functionId: id,
      namespace: 'AWS/Lambda',
      threshold: 1,
      text: expect.stringMatching(/^[A-Z].{40,}\. → docs\/runbook\.md#[a-z-]+$/),
    }));
    expect(alarms).toHaveLength(functions.length);
    expect(alarms).toEqual(expect.arrayContaining(expected));
    expect(new Set(alarms.map(({ text }) => text)).size).toBe(alarms.length);
  });
});
