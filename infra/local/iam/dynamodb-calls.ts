import * as z from 'zod';
import { localAws } from '../local-aws.ts';
import type { Assembly } from '../template.ts';
import type { Call } from './authorizer.ts';

/** Gives what a request in DynamoDB's protocol does, table by table. */
export type DynamoDBCalls = (target: string, body: string) => Call[];

const item = z.record(z.string(), z.record(z.string(), z.unknown()));
const expressions = {
  KeyConditionExpression: z.string().default(''),
  FilterExpression: z.string().default(''),
  ProjectionExpression: z.string().default(''),
  UpdateExpression: z.string().default(''),
  ConditionExpression: z.string().default(''),
  ExpressionAttributeNames: z.record(z.string(), z.string()).default({}),
  ExpressionAttributeValues: item.default({}),
};
const toOne = z.object({
  TableName: z.string(),
  IndexName: z.string().optional(),
  Key: item.default({}),
  Item: item.default({}),
  ReturnValues: z.string().optional(),
  ...expressions,
});
const toMany = z.object({
  RequestItems: z.record(
    z.string(),
    z.union([
      z.object({ Keys: z.array(item), ...expressions }),
      z.array(
        z.union([
          z.object({ PutRequest: z.object({ Item: item }) }),
          z.object({ DeleteRequest: z.object({ Key: item }) }),
        ]),
      ),
    ]),
  ),
});

type Item = z.infer<typeof item>;
type Expressions = Pick<z.infer<typeof toOne>, keyof typeof expressions>;

const notNames = new Set([
  'SET',
  'REMOVE',
  'ADD',
  'DELETE',
  'AND',
  'OR',
  'NOT',
  'IN',
  'BETWEEN',
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
  'if_not_exists',
  'list_append',
]);

/** The attributes that the expressions name; of a path its first one. */
const namesIn = (from: Expressions): string[] => {
  const { KeyConditionExpression, FilterExpression, ProjectionExpression, UpdateExpression, ConditionExpression } =
    from;
  const all = [KeyConditionExpression, FilterExpression, ProjectionExpression, UpdateExpression, ConditionExpression];
  const words = all.join(' ').match(/(?<![\w.:])(?:#\w+|[A-Za-z]\w*)/g) ?? [];
  return words.filter((word) => !notNames.has(word)).map((word) => from.ExpressionAttributeNames[word] ?? word);
};

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const tableProperties = z.object({
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string(), KeySchema: keySchema })).default([]),
});
const partitionKeyIn = (schema: z.infer<typeof keySchema>) =>
  schema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;

const valueOf = (value: Item[string] | undefined) => String(Object.values(value ?? {})[0]);

/** What a query asks its partition key to be. */
const queriedKey = (partitionKey: string, from: Expressions) => {
  const equal = [...from.KeyConditionExpression.matchAll(/(#?\w+) = (:\w+)/g)];
  const asked = equal.find(([, name = '']) => (from.ExpressionAttributeNames[name] ?? name) === partitionKey);
  return valueOf(from.ExpressionAttributeValues[asked?.[2] ?? '']);
};

const unknown = (table: string) => `arn:aws:dynamodb:${localAws.region}:${localAws.account}:table/${table}`;

/** Reads requests to the tables of the assembly, and those to tables that are none. */
export const makeDynamoDBCalls = (assembly: Assembly): DynamoDBCalls => {
  const tables = new Map(
    assembly.resources('AWS::DynamoDB::GlobalTable').map((table) => {
      const { KeySchema, GlobalSecondaryIndexes } = table.properties(tableProperties);
      const indexes = GlobalSecondaryIndexes.map(
        (index) => [index.IndexName, partitionKeyIn(index.KeySchema)] as const,
      );
      return [table.name, { arn: table.arn(), partitionKey: partitionKeyIn(KeySchema), indexes: new Map(indexes) }];
    }),
  );

  const callTo = (
    action: string,
    table: string,
    index: string | undefined,
    items: Item[],
    from?: Expressions,
  ): Call => {
    const { arn = unknown(table), partitionKey = '', indexes } = tables.get(table) ?? {};
    const key = index === undefined ? partitionKey : (indexes?.get(index) ?? '');
    const keys = items.length > 0 ? items.map((each) => valueOf(each[key])) : from ? [queriedKey(key, from)] : [];
    const attributes = [...items.flatMap((each) => Object.keys(each)), ...(from ? namesIn(from) : [])];
    return {
      action: `dynamodb:${action}`,
      resource: index === undefined ? arn : `${arn}/index/${index}`,
      context: {
        'dynamodb:LeadingKeys': [...new Set(keys)],
        'dynamodb:Attributes': [...new Set(attributes)],
      },
    };
  };

  return (target, body) => {
    const action = target.replace(/^.*\./, '');
    if (!action.startsWith('Batch')) {
      const request = toOne.parse(JSON.parse(body));
      const items = [request.Key, request.Item].filter((each) => Object.keys(each).length > 0);
      const call = callTo(action, request.TableName, request.IndexName, items, request);
      const { ReturnValues } = request;
      return [ReturnValues ? { ...call, context: { ...call.context, 'dynamodb:ReturnValues': ReturnValues } } : call];
    }
    return Object.entries(toMany.parse(JSON.parse(body)).RequestItems).map(([table, request]) => {
      if (!Array.isArray(request)) return callTo(action, table, undefined, request.Keys, request);
      const items = request.map((each) => ('PutRequest' in each ? each.PutRequest.Item : each.DeleteRequest.Key));
      return callTo(action, table, undefined, items);
    });
  };
};
