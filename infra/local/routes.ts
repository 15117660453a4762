import * as z from 'zod';
import type { Assembly } from './template.ts';

/** A route of the HTTP API and the function that answers it. */
export type Route = { key: string; functionArn: string; timeoutMs: number };

/** A route that a request has met, with the decoded variables of its path. */
export type RouteMatch = { routeKey: string; pathParameters: Record<string, string> };

const defaultKey = '$default';

const routeProperties = z.object({ RouteKey: z.string(), Target: z.string() });
const integrationProperties = z.object({ IntegrationUri: z.string(), TimeoutInMillis: z.number().default(30_000) });

/** Reads the routes of the assembly's HTTP APIs. */
export const readRoutes = (assembly: Assembly): Route[] => {
  const integrations = new Map(
    assembly
      .resources('AWS::ApiGatewayV2::Integration')
      .map((integration) => [`integrations/${integration.name}`, integration.properties(integrationProperties)]),
  );
  return assembly.resources('AWS::ApiGatewayV2::Route').map((route) => {
    const { RouteKey, Target } = route.properties(routeProperties);
    const integration = integrations.get(Target);
    if (!integration) throw new Error(`The route ${RouteKey} has the unknown target ${Target}`);
    return { key: RouteKey, functionArn: integration.IntegrationUri, timeoutMs: integration.TimeoutInMillis };
  });
};

const compile = (route: Route) => {
  const [method = '', path = ''] = route.key.split(' ');
  if (method === 'ANY' || path.includes('+}')) throw new Error(`No rule for the route ${route.key}`);
  const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
  return { route, method, pattern };
};

// A brace sorts after every character that a path may hold, so of two routes the one with the earlier variable comes later.
const byPrecedence = (a: Route, b: Route) => (a.key < b.key ? -1 : 1);

/** Gives the route for a method and a still encoded path: a full match, else one with path variables, else `$default`. */
export const makeRouter = (routes: readonly Route[]) => {
  const compiled = routes
    .filter(({ key }) => key !== defaultKey)
    .toSorted(byPrecedence)
    .map(compile);
  const fallback = routes.find(({ key }) => key === defaultKey);

  return (method: string, path: string): { route: Route; match: RouteMatch } | undefined => {
    for (const candidate of compiled) {
      const variables = candidate.method === method && candidate.pattern.exec(path);
      if (!variables) continue;
      const pathParameters = Object.fromEntries(
        Object.entries(variables.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
      );
      return { route: candidate.route, match: { routeKey: candidate.route.key, pathParameters } };
    }
    return fallback && { route: fallback, match: { routeKey: defaultKey, pathParameters: {} } };
  };
};
