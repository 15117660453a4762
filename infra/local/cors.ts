import * as z from 'zod';
import type { HttpAnswer } from './http-answer.ts';
import type { Assembly } from './template.ts';

const corsConfiguration = z.object({
  AllowOrigins: z.array(z.string()),
  AllowMethods: z.array(z.string()),
  AllowHeaders: z.array(z.string()),
  ExposeHeaders: z.array(z.string()),
  MaxAge: z.number(),
});
const apiProperties = z.object({ CorsConfiguration: corsConfiguration.optional() });

/** What an HTTP API adds for pages of other origins. */
export type Cors = z.infer<typeof corsConfiguration>;

type Headers = Record<string, string[] | undefined>;

/** Reads it from the assembly's HTTP API; nothing where no origin is allowed. */
export const readCors = (assembly: Assembly): Cors | undefined =>
  assembly.resources('AWS::ApiGatewayV2::Api').map((api) => api.properties(apiProperties).CorsConfiguration)[0];

const isAllowed = (cors: Cors, origin: string | undefined): origin is string =>
  origin !== undefined && cors.AllowOrigins.includes(origin);

/** The headers of an answer to a page: none to one whose origin is not allowed. */
export const corsHeaders = (cors: Cors | undefined, headers: Headers): Record<string, string> => {
  const origin = headers['origin']?.[0];
  return cors && isAllowed(cors, origin)
    ? { 'access-control-allow-origin': origin, 'access-control-expose-headers': cors.ExposeHeaders.join(',') }
    : {};
};

/** The answer to a browser that asks whether a page may send a request; such a one reaches no route. */
export const preflightAnswer = (cors: Cors | undefined, method: string, headers: Headers): HttpAnswer | undefined => {
  const asks = method === 'OPTIONS' && headers['origin'] && headers['access-control-request-method'];
  if (!cors || !asks) return undefined;
  const allowed = isAllowed(cors, headers['origin']?.[0]) && {
    'access-control-allow-methods': cors.AllowMethods.join(','),
    'access-control-allow-headers': cors.AllowHeaders.join(','),
    'access-control-max-age': String(cors.MaxAge),
  };
  return { status: 204, headers: { ...allowed, ...corsHeaders(cors, headers) }, body: '' };
};
