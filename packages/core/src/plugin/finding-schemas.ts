import type { z } from 'zod';

/**
 * What the data of a plugin's findings are, by the findings' names; a `*` stands for any part of a name. A
 * finding of a check that failed has none. The reference is made of them.
 */
export type FindingSchemas = Readonly<Record<string, z.ZodObject>>;

/** The schema of a finding, by its name: an exact name comes before one with a `*`. */
export function schemaOf(schemas: FindingSchemas, name: string): z.ZodObject | undefined {
  if (Object.hasOwn(schemas, name)) return schemas[name];
  const [, schema] = Object.entries(schemas).find(([key]) => patternOf(key).test(name)) ?? [];
  return schema;
}

function patternOf(key: string): RegExp {
  const parts = key.split('*').map((part) => part.replaceAll(/[$()+.?[\\\]^{|}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`);
}
