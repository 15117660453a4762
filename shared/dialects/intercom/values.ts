import * as z from 'zod/mini';
import { isOpaqueId } from '../../conversations/ids.ts';

/** What may stay after a redaction, checked so closely that no text fits in. Null always does. */

// A colon marks the part that is the source message, so the vendor's own ids have none.
const isIntercomId = (id: string) => isOpaqueId(id) && !id.includes(':');

const id = z.custom<string | number>(
  (value) => (typeof value === 'string' || (Number.isSafeInteger(value) && value >= 0)) && isIntercomId(String(value)),
);

/** An id of Intercom's, which is a string in most places and an integer in some. */
export const intercomId = z.nullable(id);

/** The id as text, as it stands in keys; undefined for what can't be one. */
export const idText = (value: unknown): string | undefined => (id.safeParse(value).success ? String(value) : undefined);

/** A time in Unix seconds, a duration in seconds, or a count. */
export const whole = z.nullable(z.int().check(z.nonnegative()));
export const flag = z.nullable(z.boolean());

/** A name of a kind of thing, as Intercom spells them: no digits, so that no number hides in it. */
export const word = z.nullable(z.string().check(z.regex(/^[a-z][a-z_]{0,63}(?:\.list)?$/)));

export const oneOf = (...values: string[]) => z.nullable(z.enum(values));

/** The fields that name a person; an external id is the company's own name for them, often an e-mail address. */
export const identityFields = ['name', 'email', 'phone', 'avatar', 'external_id'] as const;

const contactKinds = ['contact', 'user', 'lead'];

/** Contacts and teammates have ids of their own, which may be equal. */
export const kindOf = (type: unknown): string => {
  if (contactKinds.includes(type as string)) return 'contact';
  return ['admin', 'team', 'bot'].includes(type as string) ? (type as string) : 'other';
};

/** Whether a message by an author of this type was written by a contact. */
export const isContact = (type: unknown): boolean => kindOf(type) === 'contact';
