import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { attributes, pk, table } from '../../shared/table.ts';
import { grantKeyThrough } from './grant-key.ts';

type Statement = {
  actions: readonly string[];
  /** A pattern of partition keys; the keys of an index are not limited. */
  keys?: string;
  /** All that the request may name besides the key; without it everything. */
  writes?: readonly string[];
  /** Whether a write may ask for the item as it is then, which of another item than the guard might be its content. */
  returns?: true;
  index?: string;
};

const conversations = pk.conversation('*', '*');
const get = (keys: string): Statement => ({ actions: ['GetItem'], keys });
const put = (writes: readonly string[]): Statement => ({ actions: ['PutItem'], keys: conversations, writes });
const update = (...lists: (readonly string[])[]): Statement => ({
  actions: ['UpdateItem'],
  keys: conversations,
  writes: [...new Set(lists.flat())],
});
/** It gives back the guard, by which the rest of the walk goes. */
const goOn: Statement = { ...update(attributes.acceptance, attributes.accepted, attributes.settled), returns: true };

/** What a function does with the conversations' table: the one or two statements that each comes down to. */
const uses = {
  'find callers': [get(pk.apiKey('*'))],
  'get settings': [get(pk.tenant('*'))],
  get: [get(conversations)],
  'get many': [{ actions: ['BatchGetItem'], keys: conversations }],
  query: [{ actions: ['Query'], keys: conversations }],
  'add parts': [{ actions: ['PutItem', 'UpdateItem'], keys: conversations }],
  hold: [update(attributes.hold)],
  redact: [put(attributes.entry), goOn],
  'erase cells': [{ actions: ['BatchWriteItem'], keys: conversations, writes: attributes.erasedCell }],
  'erase text': [put(attributes.erasedCell)],
  'erase beside kept': [update(attributes.keptCell)],
  'mask cells': [update(attributes.maskedCell)],
  'find open': [{ actions: ['Query'], index: table.openIndex.name }],
  'go on': [goOn],
  'count executions': [update(attributes.execution)],
  'begin round': [update(attributes.round)],
  'finish chunk': [update(attributes.chunk)],
  'record failure': [update(attributes.failure)],
  settle: [update(attributes.settled)],
} satisfies Record<string, readonly Statement[]>;

/** A name of what a function does with the table. */
export type TableUse = keyof typeof uses;

/**
 * Every request for items names partition keys, so that nothing passes for want of the context key. Attributes are limited
 * in writes alone: what a read returns is not among them unless it asks by name. Of a write they are the names in the item
 * and in its expressions, keys included; what it asks back is no attribute of the request, so that has a condition of its own. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
const conditionsOf = ({ keys, writes, returns }: Omit<Statement, 'actions'>) => ({
  ...(keys !== undefined && { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [keys] } }),
  ...(writes && {
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': [table.partitionKey, table.sortKey, ...writes] },
    ...(!returns && { StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' } }),
  }),
});

export type TableAccessProps = { tableArn: string; idempotencyTableArn: string; encryptionKey: IKey };

/** Grants what functions do with the two tables, each by its name, and nothing else. */
export const tableAccess = ({ tableArn, idempotencyTableArn, encryptionKey }: TableAccessProps) => {
  const allow = (grantee: IGrantable, { actions, index, ...limits }: Statement, arn = tableArn) =>
    Grant.addToPrincipal({
      grantee,
      actions: actions.map((action) => `dynamodb:${action}`),
      resourceArns: [index === undefined ? arn : `${arn}/index/${index}`],
      conditions: conditionsOf(limits),
    });

  return {
    grant: (grantee: IGrantable, wanted: readonly TableUse[]): void => {
      // Of a table that is encrypted under the company's key every access decrypts the table's own key, a write too.
      // https://github.com/aws/aws-cdk/issues/10010
      grantKeyThrough('dynamodb', encryptionKey, grantee, ['kms:Decrypt']);
      for (const statement of [get(pk.table), ...wanted.flatMap((use) => uses[use])]) allow(grantee, statement);
    },

    /** The records of one route, whose name is the beginning of their keys. It has access to the other table as well. */
    grantRecords: (grantee: IGrantable, route: string): void => {
      const actions = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'];
      allow(grantee, { actions, keys: `${route}#*` }, idempotencyTableArn);
    },
  };
};

export type TableAccess = ReturnType<typeof tableAccess>;
