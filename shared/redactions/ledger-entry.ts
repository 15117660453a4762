import { conversationOf, pk, sk } from '../table.ts';
import type { Redaction } from './redaction.ts';

/** Where an entry stands; all that the index of open redactions knows. */
export type RedactionRef = Pick<Redaction, 'tenantId' | 'conversationId' | 'id'>;

export const keyOf = ({ tenantId, conversationId, id }: RedactionRef) => ({
  pk: pk.conversation(tenantId, conversationId),
  sk: sk.redaction(id),
});

export const refOf = (item: Record<string, unknown>): RedactionRef => ({
  ...conversationOf(item.pk as string),
  id: (item.sk as string).slice(sk.redactions.length),
});

/** The redaction that an item of the ledger records. */
export const entryOf = (item: Record<string, unknown>): Redaction => {
  const { pk: _, sk: __, open: ___, openedAt: ____, finished, ...rest } = item;
  return {
    ...(rest as unknown as Redaction),
    ...(finished instanceof Set && { finished: [...finished] as number[] }),
    ...refOf(item),
  };
};

/** What an unsettled entry has as the index's partition key. */
export const openValue = 'open';

/** What sets the attributes that have a value. */
export const assign = (attributes: Record<string, unknown>) => {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return {
    assignments: given.map(([name]) => `#${name} = :${name}`).join(', '),
    names: Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
  };
};
