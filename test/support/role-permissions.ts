import * as z from 'zod';
import { makeAuthorizer } from '../../infra/local/iam/authorizer.ts';
import type { RecordedCall } from '../../infra/local/iam/gates.ts';
import type { Policies } from '../../infra/local/iam/policies.ts';

const oneOrMore = z.union([z.string().transform((only) => [only]), z.array(z.string())]);
const conditions = z.record(z.string(), z.record(z.string(), oneOrMore)).default({});
const statementSchema = z.object({
  Effect: z.literal('Allow'),
  Action: oneOrMore,
  Resource: oneOrMore,
  Condition: conditions,
});
const policySchema = z.object({ Statement: z.array(statementSchema) });

/** The smallest thing that a role allows: one action on one resource under one pattern of keys. */
export type Permission = {
  roleArn: string;
  action: string;
  resource: string;
  /** The pattern of partition keys, where there is one. */
  keys: string | undefined;
  /** The only attributes that a request may name, where they are limited. */
  attributes: string[] | undefined;
  condition: z.infer<typeof conditions>;
};

const leadingKeys = 'dynamodb:LeadingKeys';

/** Everything that the roles allow. */
export const permissionsOf = ({ ofRoles }: Policies): Permission[] =>
  [...ofRoles].flatMap(([roleArn, policies]) =>
    policies
      .flatMap(({ policy }) => policySchema.parse(policy).Statement)
      .flatMap(({ Action, Resource, Condition }) => {
        const { [leadingKeys]: patterns = [undefined] } = Condition['ForAllValues:StringLike'] ?? {};
        return Action.flatMap((action) =>
          Resource.flatMap((resource) =>
            patterns.map((keys) => ({
              roleArn,
              action,
              resource,
              keys,
              attributes: Condition['ForAllValues:StringEquals']?.['dynamodb:Attributes'],
              condition: {
                ...Condition,
                ...(keys !== undefined && { 'ForAllValues:StringLike': { [leadingKeys]: [keys] } }),
              },
            })),
          ),
        );
      }),
  );

/** Gives those of the calls that this permission alone would allow. */
export const callsAllowedBy = async (
  { ofResources }: Policies,
  { roleArn, action, resource, condition }: Permission,
  calls: readonly RecordedCall[],
): Promise<RecordedCall[]> => {
  const statement = { Effect: 'Allow', Action: action, Resource: resource, Condition: condition };
  const policy = { Version: '2012-10-17', Statement: [statement] };
  const authorize = makeAuthorizer({ ofRoles: new Map([[roleArn, [{ name: 'alone', policy }]]]), ofResources });
  const allowed: RecordedCall[] = [];
  for (const call of calls) {
    if (call.roleArn === roleArn && call.action === action && (await authorize(roleArn, call))) allowed.push(call);
  }
  return allowed;
};
