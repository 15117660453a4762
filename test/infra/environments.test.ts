import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { assertDeployable } from '../../infra/check-settings.ts';
import { findStage, stageNames, type StageSettings } from '../../infra/environments.ts';
import { ApiStack } from '../../infra/stacks/api-stack.ts';
import { DataStack } from '../../infra/stacks/data-stack.ts';
import { ErasureStack } from '../../infra/stacks/erasure-stack.ts';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { everySetting, region } from './deployments.ts';
import { resourcesOf, type StackTemplate } from './stack-template.ts';

const { settings: dev } = findStage('dev');
const restoredTable = { name: 'Conversations-restored', id: '6f5a1f0e-5a2b-4a57-9d5e-0f2b8f3a7c11' };
const domain = {
  name: 'redaction.example.com',
  certificateArn: 'arn:aws:acm:eu-west-1:111111111111:certificate/0d3c2f6a-0000-4000-8000-000000000000',
};

/** The stacks of a stage that is changed in its settings, without their bundles. */
const stacksWith = (
  changes: Partial<StageSettings>,
  of: StageSettings = dev,
): Record<'api' | 'data' | 'erasure', StackTemplate> => {
  const settings = { ...of, ...changes };
  const app = new App({
    context: {
      ...cdkJson.context,
      'aws:cdk:bundling-stacks': [],
      '@aws-cdk/core:defaultCrossStackReferences': 'strong',
    },
  });
  const env = { region };
  const data = new DataStack(app, 'Data', { env, settings });
  const erasure = new ErasureStack(app, 'Erasure', { env, settings, data });
  const api = new ApiStack(app, 'Api', { env, settings, data, erasure });
  const read = (stack: Stack) => Template.fromStack(stack).toJSON() as StackTemplate;
  return { data: read(data), erasure: read(erasure), api: read(api) };
};

const only = (template: StackTemplate, type: string) => {
  const found = resourcesOf(template, type);
  expect(found).toHaveLength(1);
  return found[0]![1].Properties;
};

describe('what an operator changes of a stage', () => {
  it('throttles each route by what it does, and all that no route takes together', () => {
    const { api } = stacksWith({
      throttles: {
        read: { requestsPerSecond: 1, burst: 2 },
        write: { requestsPerSecond: 3, burst: 4 },
        redact: { requestsPerSecond: 5, burst: 6 },
        unknown: { requestsPerSecond: 7, burst: 8 },
      },
    });
    const { RouteSettings, DefaultRouteSettings } = only(api, 'AWS::ApiGatewayV2::Stage');
    const rate = (ThrottlingRateLimit: number, ThrottlingBurstLimit: number) => ({
      ThrottlingRateLimit,
      ThrottlingBurstLimit,
    });
    const [read, write, redact] = [rate(1, 2), rate(3, 4), rate(5, 6)];
    expect(RouteSettings).toEqual({
      'POST /v1/conversations': write,
      'GET /v1/conversations/{id}': read,
      'POST /v1/conversations/{id}/parts': write,
      'POST /v1/conversations/{id}/attachments': write,
      'PUT /v1/conversations/{id}/legal-hold': write,
      'POST /v1/conversations/{id}/actions/redact': redact,
      'GET /v1/conversations/{id}/redactions': read,
      'GET /v1/conversations/{id}/redactions/{redactionId}': read,
      'GET /v1/messaging/conversations/{id}': read,
      'GET /v1/messaging/conversations/{id}/messages': read,
      'POST /v1/messaging/conversations/{id}/actions/redact': redact,
      'POST /v1/messaging/conversations/{id}/actions/set-legal-hold': write,
      'POST /conversations/redact': redact,
      'GET /conversations/{id}': read,
      'PUT /api/v2/chat_redactions/{ticket_id}': redact,
      'PUT /api/v2/chat_file_redactions/{ticket_id}': redact,
      'GET /api/v2/tickets/{ticket_id}/audits': read,
      'GET /api/v2/tickets/{ticket_id}/audits.json': read,
      'POST /v2/conversations/redact': redact,
      'GET /v2/conversations/{id}': read,
    });
    expect(DefaultRouteSettings).toEqual(rate(7, 8));
  });

  it('lets scripts of the named pages in, and no cookie', () => {
    const { api } = stacksWith({ allowedOrigins: ['https://desk.example.com'] });
    expect(only(api, 'AWS::ApiGatewayV2::Api')['CorsConfiguration']).toEqual({
      AllowOrigins: ['https://desk.example.com'],
      AllowMethods: ['GET', 'POST', 'PUT'],
      AllowHeaders: [
        'authorization',
        'content-type',
        'idempotency-key',
        'augno-version',
        'openmrp-version',
        'intercom-version',
        'featurebase-version',
      ],
      ExposeHeaders: ['redaction-id', 'redaction-state', 'link', 'idempotent-replayed', 'x-request-id', 'retry-after'],
      MaxAge: 3600,
    });
  });

  it('lets no page in where none is named', () => {
    expect(only(stacksWith({ allowedOrigins: [] }).api, 'AWS::ApiGatewayV2::Api')).not.toHaveProperty(
      'CorsConfiguration',
    );
  });

  it('answers under its own domain name, and then under no other', () => {
    const { api } = stacksWith({ domain });
    expect(only(api, 'AWS::ApiGatewayV2::DomainName')).toEqual({
      DomainName: domain.name,
      DomainNameConfigurations: [
        { CertificateArn: domain.certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ],
    });
    const [[domainId] = []] = resourcesOf(api, 'AWS::ApiGatewayV2::DomainName');
    const [[stageId] = []] = resourcesOf(api, 'AWS::ApiGatewayV2::Stage');
    const [[, mapping] = []] = resourcesOf(api, 'AWS::ApiGatewayV2::ApiMapping');
    expect(mapping?.Properties).toMatchObject({ DomainName: { Ref: domainId }, Stage: '$default' });
    expect(mapping?.DependsOn).toContain(stageId);
    expect(only(api, 'AWS::ApiGatewayV2::Api')['DisableExecuteApiEndpoint']).toBe(true);
    expect(api.Outputs['ApiUrl']?.Value).toBe('https://redaction.example.com');
    expect(api.Outputs['DomainTarget']?.Value).toEqual({ 'Fn::GetAtt': [domainId, 'RegionalDomainName'] });
  });

  it('answers under the name that AWS gives where it has none', () => {
    const { api } = stacksWith({});
    expect(only(api, 'AWS::ApiGatewayV2::Api')['DisableExecuteApiEndpoint']).toBe(false);
    expect(resourcesOf(api, 'AWS::ApiGatewayV2::DomainName')).toEqual([]);
    expect(api.Outputs['ApiUrl']?.Value).toEqual({ 'Fn::GetAtt': [expect.any(String), 'ApiEndpoint'] });
    expect(api.Outputs).not.toHaveProperty('DomainTarget');
  });

  it('bounds what the conversations consume, each side for itself, or not at all', () => {
    const bounds = (capacity: StageSettings['capacity']) => {
      const { data } = stacksWith({ capacity });
      const { Outputs, Resources } = data;
      const table = Resources[(Outputs['TableName']!.Value as { Ref: string }).Ref]!.Properties;
      return [
        table['Replicas'][0].ReadOnDemandThroughputSettings?.MaxReadRequestUnits,
        table['WriteOnDemandThroughputSettings']?.MaxWriteRequestUnits,
      ];
    };
    expect(bounds({ maxReadUnits: 5, maxWriteUnits: 6 })).toEqual([5, 6]);
    expect(bounds({ maxWriteUnits: 6 })).toEqual([undefined, 6]);
    expect(bounds({})).toEqual([undefined, undefined]);
  });

  it('says how many chunks run at once', () => {
    const { erasure } = stacksWith({ chunksAtOnce: 11 });
    const reserved = resourcesOf(erasure, 'AWS::Lambda::Function').flatMap(([, { Properties }]) =>
      Properties['Description'] === 'erasure/erase-chunk' ? [Properties['ReservedConcurrentExecutions']] : [],
    );
    expect(reserved).toEqual([11]);
  });

  it('reserves nothing where it does not say so', () => {
    const { chunksAtOnce: _, ...none } = dev;
    const { erasure } = stacksWith({}, none);
    expect(JSON.stringify(erasure)).not.toContain('ReservedConcurrentExecutions');
  });
});

describe('the settings of a stage', () => {
  it.each(stageNames)('%s can be deployed', (stage) => {
    expect(() => assertDeployable(stage, findStage(stage).settings, region)).not.toThrow();
  });

  it.each<[string, Partial<StageSettings>, string]>([
    [
      'an ARN for the name of a restored table',
      { restoredTable: { ...restoredTable, name: 'arn:aws:dynamodb:eu-west-1:111111111111:table/R' } },
      'restoredTable.name: "arn:aws:dynamodb:eu-west-1:111111111111:table/R" is no table name',
    ],
    ['too short a name', { restoredTable: { ...restoredTable, name: 'ab' } }, 'restoredTable.name: "ab" is no table'],
    [
      'a name for the id of a restored table',
      { restoredTable: { ...restoredTable, id: 'Conversations' } },
      'restoredTable.id: "Conversations" is no TableId',
    ],
    ['no day to go back', { recoveryDays: 0 }, 'recoveryDays: must be a whole number from 1 to 35'],
    ['too many days', { recoveryDays: 36 }, 'recoveryDays: must be a whole number from 1 to 35'],
    [
      'a throttle that lets nothing through',
      { throttles: { ...dev.throttles, redact: { requestsPerSecond: 5, burst: 0 } } },
      'throttles.redact: requestsPerSecond and burst must be above 0',
    ],
    [
      'chunks that leave the endpoints nothing',
      { chunksAtOnce: 501 },
      'chunksAtOnce: must be a whole number from 1 to 500',
    ],
    ['no capacity', { capacity: { maxReadUnits: 0 } }, 'capacity.maxReadUnits: must be a whole number of units'],
    ['any origin', { allowedOrigins: ['*'] }, 'allowedOrigins: "*" is no origin'],
    [
      'an origin with a path',
      { allowedOrigins: ['https://a.example.com/'] },
      'allowedOrigins: "https://a.example.com/" is no origin',
    ],
    ['an origin with its default port', { allowedOrigins: ['https://a.example.com:443'] }, 'is no origin'],
    ['an address that is none', { alarmEmails: ['ops'] }, 'alarmEmails: "ops" is no e-mail address'],
    [
      'a URL for a domain',
      { domain: { ...domain, name: 'https://a.example.com' } },
      'domain.name: "https://a.example.com" is no host name',
    ],
    [
      'a certificate of another region',
      { domain: { ...domain, certificateArn: domain.certificateArn.replace(region, 'us-east-1') } },
      'domain.certificateArn: must be the ARN of a certificate in eu-west-1',
    ],
  ])('are refused with %s', (_, changes, message) => {
    expect(() => assertDeployable('dev', { ...dev, ...changes }, region)).toThrow(message);
  });

  it('are refused with all that is wrong at once', () => {
    const wrong = { ...dev, recoveryDays: 1.5, allowedOrigins: ['example.com', 'https://ok.example.com'] };
    expect(() => assertDeployable('dev', wrong, region)).toThrow(
      new Error(
        'infra/environments.ts, dev:\n' +
          '  recoveryDays: must be a whole number from 1 to 35\n' +
          '  allowedOrigins: "example.com" is no origin: scheme, host and, unless it is the scheme\'s own, port, as in https://a.example.com',
      ),
    );
  });

  it('are taken with all that can be set, and what checks that has nothing empty', () => {
    expect(() => assertDeployable('prod', everySetting, region)).not.toThrow();
    const empty = Object.entries(everySetting).filter(
      ([, value]) => typeof value === 'object' && Object.keys(value).length === 0,
    );
    expect(empty).toEqual([]);
  });
});
