import * as z from 'zod';
import type { Assembly } from '../template.ts';

/** A policy document with the name that it has in an explanation. */
export type NamedPolicy = { name: string; policy: unknown };

/** Who may do what, as the template says: the policies of roles and those of resources, each by ARN. */
export type Policies = { ofRoles: ReadonlyMap<string, NamedPolicy[]>; ofResources: ReadonlyMap<string, unknown> };

const roleProperties = z.object({
  Policies: z.array(z.object({ PolicyName: z.string(), PolicyDocument: z.unknown() })).default([]),
  // What they allow stands in no template.
  ManagedPolicyArns: z.tuple([], 'No rule for managed policies').default([]),
});
const policyProperties = z.object({ PolicyDocument: z.unknown(), Roles: z.array(z.string()) });
const bucketPolicyProperties = z.object({ Bucket: z.string(), PolicyDocument: z.unknown() });
const keyProperties = z.object({ KeyPolicy: z.unknown() });

/** Reads all policies of the assembly. */
export const readPolicies = (assembly: Assembly): Policies => {
  const attached = assembly
    .resources('AWS::IAM::Policy')
    .map((policy) => ({ name: policy.name, ...policy.properties(policyProperties) }));

  const roles = assembly.resources('AWS::IAM::Role').map((role): [string, NamedPolicy[]] => {
    const inline = role.properties(roleProperties).Policies;
    return [
      role.arn(),
      [
        ...inline.map(({ PolicyName, PolicyDocument }) => ({ name: PolicyName, policy: PolicyDocument })),
        ...attached
          .filter(({ Roles }) => Roles.includes(role.name))
          .map(({ name, PolicyDocument }) => ({ name, policy: PolicyDocument })),
      ],
    ];
  });

  const buckets = assembly.resources('AWS::S3::BucketPolicy').map((policy): [string, unknown] => {
    const { Bucket, PolicyDocument } = policy.properties(bucketPolicyProperties);
    return [`arn:aws:s3:::${Bucket}`, PolicyDocument];
  });
  const keys = assembly
    .resources('AWS::KMS::Key')
    .map((key): [string, unknown] => [key.arn(), key.properties(keyProperties).KeyPolicy]);

  return { ofRoles: new Map(roles), ofResources: new Map([...buckets, ...keys]) };
};
