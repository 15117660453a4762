import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Redaction } from './redaction.ts';

/** Starts the state machine that erases a large redaction (infra/stacks/erasure-stack.ts). */
export const erasureWorkflow = (client: SFNClient, stateMachineArn: string) => ({
  /**
   * Sees to it that the redaction's execution runs. Harmless if it does already: a name stands for one
   * execution. False if that one has ended, and a new attempt needs the next name.
   */
  start: async ({ tenantId, conversationId, id, requestId = id, endedExecutions = 0 }: Redaction): Promise<boolean> => {
    // Ids alone: the history of an execution outlives the content. The same ones each time: with another input a second
    // start would be refused. The trace goes along without a word: the SDK sends its header.
    const input = { tenantId, conversationId, id, requestId };
    try {
      await client.send(
        new StartExecutionCommand({
          stateMachineArn,
          name: endedExecutions === 0 ? id : `${id}-${endedExecutions}`,
          input: JSON.stringify(input),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ExecutionAlreadyExists) return false;
      throw error;
    }
  },
});

export type Workflow = ReturnType<typeof erasureWorkflow>;
