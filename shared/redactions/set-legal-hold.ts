import type { GuardStore } from '../conversations/guard.ts';

export interface LegalHoldCommand {
  caller: { tenantId: string };
  conversationId: string;
  held: boolean;
}

/**
 * Places or releases the hold. One that is placed stops a running redaction before its next bucket; when
 * it is released, the resuming function goes on with it.
 */
export const setLegalHold =
  ({ guards, now }: { guards: GuardStore; now: () => number }) =>
  async ({ caller, conversationId, held }: LegalHoldCommand): Promise<{ conversationId: string; held: boolean }> => {
    await guards.setLegalHold(caller.tenantId, conversationId, held, now());
    return { conversationId, held };
  };
