import * as z from 'zod';
import { settingsSchemaOf } from '../../shared/dialects/registry.ts';
import type { DialectSettings } from '../../shared/tenants/dialect-settings.ts';

const valuesOf = (schema: z.core.$ZodType): string => {
  const { type, enum: values, description } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  if (values) return `one of ${values.join(', ')}`;
  return type === 'boolean' ? 'true or false' : (description ?? '');
};

/** Every setting of the dialect and its values, a line each. */
export const validSettings = (dialect: string): string =>
  [
    `Settings of ${dialect}, of which null removes one:`,
    ...Object.entries(settingsSchemaOf(dialect).shape).map(([name, schema]) => `  ${name}: ${valuesOf(schema)}`),
  ].join('\n');

/** What in the settings does not fit the dialect, a sentence each. */
export const misfitsIn = (dialect: string, settings: DialectSettings): string[] => {
  const issues = settingsSchemaOf(dialect).safeParse(settings).error?.issues ?? [];
  const sentences = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((name) => `${dialect} has no setting ${JSON.stringify(name)}`)
      : [`${JSON.stringify(issue.path[0])} has no valid value`],
  );
  return [...new Set(sentences)];
};

const objectOf = (text: string): DialectSettings => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
};

/**
 * The changes that the text asks for, in the form in which they are stored, and what is wrong with them. Null may also
 * name a setting that does not exist, if the tenant has it: older ones were not checked.
 */
export const readChanges = (
  dialect: string,
  text: string,
  stored: DialectSettings,
): { changes: DialectSettings; faults: string[] } => {
  const entries = Object.entries(objectOf(text));
  if (entries.length === 0) return { changes: {}, faults: ['a JSON object with at least one setting is needed'] };
  const removed = Object.fromEntries(entries.filter(([, value]) => value === null));
  const set = Object.fromEntries(entries.filter(([, value]) => value !== null));
  const { shape } = settingsSchemaOf(dialect);
  const known = (name: string) => Object.hasOwn(shape, name) || Object.hasOwn(stored, name);
  const unknown = Object.keys(removed).filter((name) => !known(name));
  const faults = misfitsIn(dialect, { ...set, ...Object.fromEntries(unknown.map((name) => [name, null])) });
  return { changes: faults.length > 0 ? {} : { ...removed, ...settingsSchemaOf(dialect).parse(set) }, faults };
};
