import { type Resource, resourcesOf, type StackTemplate } from './stack-template.ts';

/** What a template says of one function, drawn together from its resources. */
export type DeployedFunction = {
  id: string;
  folder: string;
  /** The routes that lead to it: none, one, or one and its other spellings. */
  routeKeys: string[];
  properties: Resource['Properties'];
  variables: Record<string, unknown>;
  /** What its role may do beyond writing logs and traces. */
  statements: { actions: string[]; resources: string; condition?: unknown }[];
};

const routesOf = (template: StackTemplate): { functionId: string; routeKey: string }[] =>
  resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => {
    const integrationId: string = Properties['Target']['Fn::Join'][1][1].Ref;
    const functionId: string = template.Resources[integrationId]?.Properties['IntegrationUri']['Fn::GetAtt'][0];
    return { functionId, routeKey: Properties['RouteKey'] };
  });

const statementsOf = (template: StackTemplate, roleId: string): DeployedFunction['statements'] =>
  resourcesOf(template, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => Properties['Roles'].some(({ Ref }: { Ref: string }) => Ref === roleId))
    .flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement)
    .filter(({ Action }) => ![Action].flat().every((action: string) => action.startsWith('logs:')))
    .map(({ Action, Resource, Condition }) => ({
      actions: [Action].flat(),
      resources: JSON.stringify(Resource),
      ...(Condition && { condition: Condition }),
    }))
    .filter(({ actions }) => !actions.every((action: string) => action.startsWith('xray:')));

/** Every function of the template. */
export const deployedFunctions = (template: StackTemplate): DeployedFunction[] => {
  const routes = routesOf(template);
  return resourcesOf(template, 'AWS::Lambda::Function').map(([id, { Properties }]) => ({
    id,
    folder: Properties['Description'],
    routeKeys: routes.filter(({ functionId }) => functionId === id).map(({ routeKey }) => routeKey),
    properties: Properties,
    variables: Properties['Environment'].Variables,
    statements: statementsOf(template, Properties['Role']['Fn::GetAtt'][0]),
  }));
};
