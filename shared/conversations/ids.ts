/**
 * An id becomes part of a key, and CloudTrail records keys: so it is opaque. The alphabet has no `@`, `+`,
 * `#`, `/`, space or control character, which rules out e-mail addresses and keeps keys unambiguous.
 */
const opaque = /^[A-Za-z0-9][A-Za-z0-9._:~=-]{0,255}$/;

const phoneScheme = /^(?:tel|sms|whatsapp):/i;
const groupsOfDigits = /^\d+(?:[-.]\d{2,})+$/;
const date = /^\d{4}-\d\d-\d\d$/;

/** Digits alone are an ordinary vendor id. Seven to fifteen in groups, as people write a phone number, or ten after 00, are not. */
const isPhoneNumber = (id: string): boolean => {
  const digits = id.replaceAll(/\D/g, '').length;
  const grouped = groupsOfDigits.test(id) && !date.test(id) && digits >= 7 && digits <= 15;
  return grouped || phoneScheme.test(id) || /^00[1-9]\d{7,}$/.test(id);
};

export const isOpaqueId = (id: string) => opaque.test(id) && !isPhoneNumber(id);

/** `<dialect>:<external id>`, the id of a conversation everywhere in Expunge. */
export const conversationId = (dialect: string, external: string) => `${dialect}:${external}`;
export const dialectOf = (id: string) => id.slice(0, Math.max(0, id.indexOf(':')));
export const externalOf = (id: string) => id.slice(id.indexOf(':') + 1);
