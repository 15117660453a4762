import { runSimulation } from '@cloud-copilot/iam-simulate';
import { localAws } from '../local-aws.ts';
import type { Policies } from './policies.ts';

/** One thing that somebody wants to do, as IAM sees it; the context holds the condition keys that our policies use. */
export type Call = { action: string; resource: string; context: Record<string, string | string[]> };

/** Decides whether a role may do it. */
export type Authorizer = (roleArn: string, call: Call) => Promise<boolean>;

const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/** What a text of a policy matches, `*` and `?` being wildcards. */
export const patternOf = (text: string) => {
  const escaped = text.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
};

/** An object's ARN is the bucket's and the key. */
const ownerOf = (resource: string) => resource.split('/')[0] ?? resource;

/**
 * Decides by the policies of the template, as IAM does within one account. A simulation takes 0.3 ms, and keys are many:
 * two calls whose texts match the same texts of the policies get the same answer, so each kind is decided once.
 */
export const makeAuthorizer = ({ ofRoles, ofResources }: Policies): Authorizer => {
  const patterns = new Map<string, RegExp[]>();
  const decisions = new Map<string, Promise<boolean>>();

  const simulate = async (roleArn: string, { action, resource, context }: Call): Promise<boolean> => {
    const result = await runSimulation(
      {
        request: {
          action,
          principal: roleArn,
          resource: { resource, accountId: localAws.account },
          contextVariables: context,
        },
        identityPolicies: ofRoles.get(roleArn) ?? [],
        resourcePolicy: ofResources.get(ownerOf(resource)) ?? ofResources.get(resource),
        serviceControlPolicies: [],
        resourceControlPolicies: [],
      },
      {},
    );
    if (result.resultType === 'error') throw new Error(`${action} on ${resource}: ${JSON.stringify(result.errors)}`);
    return result.overallResult === 'Allowed';
  };

  const patternsOf = (roleArn: string) => {
    const known = patterns.get(roleArn);
    if (known) return known;
    const texts = new Set([...textsIn(ofRoles.get(roleArn)), ...textsIn([...ofResources])]);
    const made = [...texts].map(patternOf);
    patterns.set(roleArn, made);
    return made;
  };

  return (roleArn, call) => {
    const matched = (text: string) =>
      patternsOf(roleArn).flatMap((pattern, index) => (pattern.test(text) ? [index] : []));
    const context = Object.entries(call.context).map(([key, value]) => [
      key,
      typeof value === 'string' ? matched(value) : value.map(matched),
    ]);
    const kind = JSON.stringify([roleArn, call.action, matched(call.resource), context]);
    const decision = decisions.get(kind) ?? simulate(roleArn, call);
    decisions.set(kind, decision);
    return decision;
  };
};
