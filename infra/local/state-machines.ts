import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import validate from 'asl-validator';
import * as z from 'zod';
import type { Assembly } from './template.ts';

/** A state machine as the template deploys it, ready to run. */
export type LocalStateMachine = {
  name: string;
  arn: string;
  interpreter: StateMachine;
  /** The function that each Task state invokes, of those inside Map and Parallel states too. */
  taskArns: ReadonlyMap<string, string>;
  /** The states that stand inside no other. */
  topLevel: ReadonlySet<string>;
};

const machineProperties = z.object({
  DefinitionString: z.string(),
  StateMachineType: z.literal('STANDARD').default('STANDARD'),
});

// The interpreter would pass over these without a word.
const unsupported = z.never('The local interpreter does not know this').optional();
const queryLanguage = z.literal('JSONPath').optional();

const stateSchema = z.looseObject({
  Type: z.string(),
  Resource: z.string().optional(),
  TimeoutSecondsPath: z.string().optional(),
  Catch: z.array(z.unknown()).optional(),
  QueryLanguage: queryLanguage,
  Assign: unsupported,
  HeartbeatSeconds: unsupported,
  ItemBatcher: unsupported,
  ItemReader: unsupported,
  ResultWriter: unsupported,
  ToleratedFailureCount: unsupported,
  ToleratedFailurePercentage: unsupported,
  get ItemProcessor() {
    return workflowSchema.optional();
  },
  get Iterator() {
    return workflowSchema.optional();
  },
  get Branches() {
    return z.array(workflowSchema).optional();
  },
});

const workflowSchema = z.looseObject({
  QueryLanguage: queryLanguage,
  ProcessorConfig: z.looseObject({ Mode: z.string() }).optional(),
  get States() {
    return z.record(z.string(), stateSchema);
  },
});

type State = z.infer<typeof stateSchema>;
type Workflow = z.infer<typeof workflowSchema>;

// A task without a limit may take as long as its function; the interpreter would give it 60 seconds.
const noLimit = { TimeoutSeconds: 86_400 };

// Whatever an item of a Distributed Map fails with, the Map itself fails with this.
// https://docs.aws.amazon.com/step-functions/latest/dg/maprun-fail-threshold.html
const itemFailed = {
  Type: 'Fail',
  Error: 'States.ExceedToleratedFailureThreshold',
  Cause: 'The specified tolerated failure threshold was exceeded',
};
const catchers = new Set(['Task', 'Map', 'Parallel']);

const failAsItem = (state: State): State => {
  if (state.Type === 'Fail') return itemFailed;
  if (!catchers.has(state.Type)) return state;
  return { ...state, Catch: [...(state.Catch ?? []), { ErrorEquals: ['States.ALL'], Next: itemFailed.Error }] };
};

/** The definition with what the interpreter would do otherwise than AWS written out, so that both do the same. */
const writeOut = (workflow: Workflow): Workflow => {
  const isDistributed = workflow.ProcessorConfig?.Mode === 'DISTRIBUTED';
  const writeOutState = (state: State): State => {
    const { ItemProcessor, Iterator, Branches } = state;
    const written = {
      ...(state.Type === 'Task' && !state.TimeoutSecondsPath && noLimit),
      ...state,
      ...(ItemProcessor && { ItemProcessor: writeOut(ItemProcessor) }),
      ...(Iterator && { Iterator: writeOut(Iterator) }),
      ...(Branches && { Branches: Branches.map(writeOut) }),
    };
    return isDistributed ? failAsItem(written) : written;
  };
  const states = Object.entries(workflow.States).map(([name, state]) => [name, writeOutState(state)]);
  return {
    ...workflow,
    States: Object.fromEntries([...states, ...(isDistributed ? [[itemFailed.Error, itemFailed]] : [])]),
  };
};

const tasksOf = ({ States }: Workflow): [name: string, resource: string][] =>
  Object.entries(States).flatMap(([name, { Type, Resource = '', ItemProcessor, Iterator, Branches = [] }]) => {
    if (Type === 'Task') return [[name, Resource]];
    return [ItemProcessor, Iterator, ...Branches].flatMap((inner) => (inner ? tasksOf(inner) : []));
  });

const parseDefinition = (name: string, text: string): Workflow => {
  const definition: unknown = JSON.parse(text);
  const { isValid, errorsText } = validate(definition, { checkPaths: true, checkArn: true });
  if (!isValid) throw new Error(`The definition of ${name}: ${errorsText('\n')}`);
  return workflowSchema.parse(definition);
};

/** Reads every state machine of the assembly; one that would not run here as on AWS is an error that names what stands in the way. */
export const readStateMachines = (assembly: Assembly): LocalStateMachine[] => {
  const functionArns = new Set(assembly.resources('AWS::Lambda::Function').map((resource) => resource.arn()));

  return assembly.resources('AWS::StepFunctions::StateMachine').map((resource) => {
    const { DefinitionString } = resource.properties(machineProperties);
    const workflow = parseDefinition(resource.name, DefinitionString);
    const taskArns = new Map(tasksOf(workflow));
    for (const [state, arn] of taskArns) {
      if (!functionArns.has(arn))
        throw new Error(`The state ${state} of ${resource.name} runs ${arn}, which is no function`);
    }
    return {
      name: resource.name,
      arn: resource.arn(),
      interpreter: new StateMachine(writeOut(workflow) as unknown as StateMachineDefinition, {
        validationOptions: { noValidate: true },
      }),
      taskArns,
      topLevel: new Set(Object.keys(workflow.States)),
    };
  });
};
