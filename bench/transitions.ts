import * as z from 'zod';

export type ChildType = 'EXPRESS' | 'STANDARD';

const state = z.object({
  Type: z.string(),
  Next: z.string().optional(),
  Choices: z.array(z.object({ StringEquals: z.string(), Next: z.string() })).optional(),
  MaxConcurrency: z.number().optional(),
  ItemProcessor: z
    .object({
      ProcessorConfig: z.object({ ExecutionType: z.enum(['EXPRESS', 'STANDARD']) }),
      States: z.record(z.string(), z.unknown()),
    })
    .optional(),
});

/** What of the state machine its price depends on. */
export const definitionSchema = z.object({ StartAt: z.string(), States: z.record(z.string(), state) });
export type Definition = z.infer<typeof definitionSchema>;

/** The one map of the definition: over chunks. */
export const mapOf = ({ States }: Definition) => {
  const map = Object.values(States).find(({ Type }) => Type === 'Map');
  if (!map?.ItemProcessor) throw new Error('The state machine maps over nothing');
  const { ProcessorConfig, States: child } = map.ItemProcessor;
  return {
    childType: ProcessorConfig.ExecutionType,
    chunksAtOnce: map.MaxConcurrency ?? Infinity,
    childStates: Object.keys(child).length,
  };
};

/**
 * The state transitions of an execution that maps over so many chunks in each round, and then settles. A state
 * entered is one, a child started is one, and a standard child's states are its own, while express ones are
 * billed by request (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-transitions.html).
 */
export const transitionsOf = (definition: Definition, rounds: number[], childType: ChildType): number => {
  const perChild = 1 + (childType === 'STANDARD' ? mapOf(definition).childStates : 0);
  const ahead = [...rounds];
  const plans = [...rounds.map(() => 'erase'), 'settle'];
  let transitions = 0;
  let name: string | undefined = definition.StartAt;
  while (name !== undefined) {
    const entered: z.infer<typeof state> | undefined = definition.States[name];
    if (!entered) throw new Error(`The state machine has no state ${name}`);
    transitions += 1;
    if (entered.Type === 'Map') transitions += (ahead.shift() ?? 0) * perChild;
    const plan: string | undefined = entered.Choices ? plans.shift() : undefined;
    name = entered.Choices?.find(({ StringEquals }) => StringEquals === plan)?.Next ?? entered.Next;
  }
  return transitions;
};
