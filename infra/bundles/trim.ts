import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Modules that have another one of ours in their place, with the few lines of them that a function needs. */
const instead: Record<string, string> = {
  '@aws-sdk/credential-provider-node': 'credential-provider-node.ts',
  '@aws-sdk/signature-v4-multi-region': 'signature-v4-multi-region.ts',
  '@smithy/core/event-streams': 'event-streams.ts',
  '@aws-lambda-powertools/jmespath': 'jmespath.ts',
  '@aws-lambda-powertools/jmespath/functions': 'jmespath.ts',
};

/**
 * Files of which only the names are kept, because no function comes there: as classes, which can be made and passed on,
 * and fail when they are called.
 */
export const leftOut: readonly string[] = [
  // DynamoDB's discovery of endpoints, which is off unless it is asked for.
  '@aws-sdk/endpoint-cache/dist-es/EndpointCache.js',
  '@aws-sdk/client-dynamodb/dist-es/commands/DescribeEndpointsCommand.js',
  // Numbers of more digits than JavaScript's, which one has to ask for.
  '@aws-sdk/util-dynamodb/dist-es/NumberValue.js',
  // Files of profiles, and the metadata of EC2: Lambda has the environment.
  '@smithy/core/dist-es/submodules/config/shared-ini-file-loader/parseIni.js',
  '@smithy/core/dist-es/submodules/config/config-resolver/regionConfig/getInstanceMetadataRegion.js',
  // For retryMode `adaptive`; ours is `standard`.
  '@smithy/core/dist-es/submodules/retry/util-retry/AdaptiveRetryStrategy.js',
  // Digests in JavaScript: Node has its own.
  '@smithy/core/dist-es/submodules/checksum/sha256/Sha256Js.js',
  '@smithy/core/dist-es/submodules/checksum/md5/Md5Js.js',
  '@aws-sdk/checksums/dist-es/submodules/sha/sha1/Sha1Js.js',
  // Checksums that one has to ask for: S3's default is CRC32.
  '@aws-sdk/checksums/dist-es/submodules/crc/crc32c/Crc32cJs.js',
  '@aws-sdk/checksums/dist-es/submodules/crc/crc64-nvme/Crc64NvmeJs.js',
  // Directory buckets (S3 Express), of which we have none.
  '@aws-sdk/client-s3/dist-es/commands/CreateSessionCommand.js',
  '@aws-sdk/middleware-sdk-s3/dist-es/submodules/s3/middleware-s3-express/classes/S3ExpressIdentityProviderImpl.js',
  // Web streams: Node's client answers with its own.
  '@smithy/core/dist-es/submodules/serde/util-stream/sdk-stream-mixin.browser.js',
  '@smithy/core/dist-es/submodules/serde/util-stream/checksum/createChecksumStream.browser.js',
  // Logs that are held back until something fails, which is off unless it is asked for.
  '@aws-lambda-powertools/logger/lib/esm/logBuffer.js',
  // The local cache of idempotency records, which is off unless it is asked for.
  '@aws-lambda-powertools/commons/lib/esm/LRUCache.js',
  // JSON Schema is for openapi.json, which is written beforehand.
  'zod/v4/core/to-json-schema.js',
  'zod/v4/core/json-schema-processors.js',
];

/** Errors that code asks for by class, or by what they hold. All others keep their names, in the class of their service. */
const keptErrors = new Set([
  'ConditionalCheckFailedException',
  'ExecutionAlreadyExists',
  'NoSuchKey',
  'NotFound',
  'DynamoDBServiceException',
  'S3ServiceException',
  'SFNServiceException',
]);

const read = (path: string) => readFileSync(path, 'utf8');

const pattern = (paths: readonly string[]) => paths.map((path) => path.replaceAll('.', String.raw`\.`)).join('|');

const exported = /^export (?:(?:async )?(?:class|const|function)|\{) (\w+)/gm;

const emptied = (code: string): string => {
  const names = new Set([...code.matchAll(exported)].map(([, name]) => name));
  return [...names].map((name) => `export class ${name} {}`).join('\n');
};

/**
 * An SDK's schemas as esbuild can take them apart. It keeps a schema whose traits are under computed keys, as if reading
 * a constant had an effect, and with it all that it refers to; and an error whose class is registered, whoever throws it.
 */
const separable = (schemas: string): string => {
  const constants = new Map(
    [...schemas.matchAll(/^const (\w+) = ("[^"]*");$/gm)].map(([, name, text]) => [name, text]),
  );
  return schemas
    .replaceAll(/\[(_\w+)\]:/g, (key, name: string) => (constants.has(name) ? `${constants.get(name)}:` : key))
    .replaceAll(/^\w+\.registerError\((\w+)\$, \w+\);$/gm, (line, name: string) => (keptErrors.has(name) ? line : ''));
};

/**
 * AWS's partitions without their lists of regions: of a region that is listed the SDK takes its description along, which
 * nothing reads, and else goes by the pattern of names that follows, to the same partition.
 */
export const withoutRegions = (partitions: string): string =>
  partitions.replaceAll(/"regions": \{(?:\s*"[\w-]+": \{[^{}]*\},?)*\s*\}/g, '"regions": {}');

/** Takes out of the bundles what no function reaches; docs/decisions/0008-bundles.md says what that buys, and what holds it. */
export const trim: Plugin = {
  name: 'trim',
  setup: (build) => {
    build.onResolve({ filter: new RegExp(`^(?:${pattern(Object.keys(instead))})$`) }, ({ path }) => ({
      path: join(import.meta.dirname, 'instead', instead[path]!),
      sideEffects: false,
    }));
    build.onLoad({ filter: new RegExp(`/(?:${pattern(leftOut)})$`) }, ({ path }) => ({
      contents: emptied(read(path)),
    }));
    build.onLoad({ filter: /\/@aws-sdk\/client-\w+\/dist-es\/schemas\/schemas_0\.js$/ }, ({ path }) => ({
      contents: separable(read(path)),
    }));
    build.onLoad({ filter: /\/util-endpoints\/lib\/aws\/partitions\.js$/ }, ({ path }) => ({
      contents: withoutRegions(read(path)),
    }));
    // Making one has no effect, but lib-dynamodb doesn't say so.
    build.onLoad({ filter: /\/@aws-sdk\/lib-dynamodb\/dist-es\/pagination\/\w+Paginator\.js$/ }, ({ path }) => ({
      contents: read(path).replace('= createPaginator(', '= /* @__PURE__ */ createPaginator('),
    }));
    // The clients say their version to AWS, and import the whole file for it.
    build.onLoad({ filter: /\/@aws-sdk\/client-\w+\/package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(read(path)) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};
