/* oxlint-disable eslint/no-new -- a construct adds itself to its scope */
import { CfnOutput, Duration } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  CorsHttpMethod,
  type CorsPreflightOptions,
  DomainName,
  HttpApi,
  type HttpMethod,
  HttpStage,
  type IDomainName,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { StageSettings, Throttle } from '../environments.ts';

/** A function and the routes that lead to it, each `<method> <path>`. */
export type PublicRoute = { id: string; keys: readonly string[]; handler: IFunction; throttle: Throttle };

export type PublicApiProps = {
  name: string;
  settings: StageSettings;
  routes: readonly PublicRoute[];
  /** Answers what no route takes. */
  fallback: IFunction;
};

// What a script may send and read; the dialects' headers are in shared/dialects/<vendor>/versions.ts.
const requestHeaders = [
  'authorization',
  'content-type',
  'idempotency-key',
  'augno-version',
  'openmrp-version',
  'intercom-version',
  'featurebase-version',
];
const answerHeaders = ['redaction-id', 'redaction-state', 'link', 'idempotent-replayed', 'x-request-id', 'retry-after'];

// No allowCredentials: a key comes in a header, and never in a cookie that a browser would send by itself.
const corsFor = (origins: readonly string[], keys: readonly string[]): CorsPreflightOptions => ({
  allowOrigins: [...origins],
  allowMethods: Object.values(CorsHttpMethod).filter((method) => keys.some((key) => key.startsWith(`${method} `))),
  allowHeaders: requestHeaders,
  exposeHeaders: answerHeaders,
  maxAge: Duration.hours(1),
});

// Ids, numbers and names of API Gateway's own. No path, no query and no method, which a caller is free to invent;
// no address and no user agent; no error's message, which may quote a request.
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    routeKey: '$context.routeKey',
    status: '$context.status',
    error: '$context.error.responseType',
    latencyMs: '$context.responseLatency',
    integrationStatus: '$context.integrationStatus',
    integrationLatencyMs: '$context.integrationLatency',
    responseBytes: '$context.responseLength',
    time: '$context.requestTimeEpoch',
  }),
);

const rateOf = ({ requestsPerSecond, burst }: Throttle) => ({
  ThrottlingRateLimit: requestsPerSecond,
  ThrottlingBurstLimit: burst,
});

/**
 * The one way in: routes with a throttle each, a log of ids and numbers, CORS for the pages that the stage names, and the
 * company's own domain name, if it has one. Then the name that AWS gives is closed, so that no client comes to depend on it.
 */
export class PublicApi extends Construct {
  readonly api: HttpApi;
  readonly url: string;

  constructor(scope: Construct, id: string, { name, settings, routes, fallback }: PublicApiProps) {
    super(scope, id);
    const { allowedOrigins, domain } = settings;
    const keys = routes.flatMap((route) => route.keys);

    this.api = new HttpApi(this, 'Http', {
      apiName: name,
      createDefaultStage: false,
      disableExecuteApiEndpoint: domain !== undefined,
      defaultIntegration: new HttpLambdaIntegration('Fallback', fallback),
      ...(allowedOrigins.length > 0 && { corsPreflight: corsFor(allowedOrigins, keys) }),
    });
    const added = routes.flatMap(({ id: routeId, keys: spellings, handler }) => {
      const integration = new HttpLambdaIntegration(routeId, handler);
      return spellings.flatMap((key) => {
        const [method, path] = key.split(' ') as [HttpMethod, string];
        return this.api.addRoutes({ path, methods: [method], integration });
      });
    });

    const { requestsPerSecond: rateLimit, burst: burstLimit } = settings.throttles.unknown;
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: { rateLimit, burstLimit },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLog', { retention: settings.logRetention, removalPolicy: settings.removalPolicy }),
        ),
        format: accessLogFormat,
      },
      ...(domain && { domainMapping: { domainName: this.#ownDomain(domain) } }),
    });
    (stage.node.defaultChild as CfnStage).routeSettings = Object.fromEntries(
      routes.flatMap(({ keys: spellings, throttle }) => spellings.map((key) => [key, rateOf(throttle)])),
    );
    // API Gateway refuses the settings of a route that is not there yet.
    stage.node.addDependency(...added);

    this.url = domain ? `https://${domain.name}` : this.api.apiEndpoint;
  }

  #ownDomain({ name, certificateArn }: NonNullable<StageSettings['domain']>): IDomainName {
    const ownDomain = new DomainName(this, 'Domain', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new CfnOutput(this, 'Target', {
      value: ownDomain.regionalDomainName,
      description: `Where the DNS record of ${name} must lead, by CNAME or alias`,
    }).overrideLogicalId('DomainTarget');
    return ownDomain;
  }
}
