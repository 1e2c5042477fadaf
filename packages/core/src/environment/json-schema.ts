import { isRecord } from '@fairness-deploy/environment-file';
import { z } from 'zod';
import type { Plugin } from '../plugin/plugin.js';
import { CORE_SCHEMAS } from '../inventory/core-schemas.js';
import { onSchema } from '../inventory/roles.js';

/** A JSON Schema of draft 7, which every editor's YAML support knows. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const ELSEWHERE = {
  description:
    'Filled in (${vars.name}, ${secrets.name}), or null, which removes an inherited key.',
  anyOf: [{ type: 'null' }, { type: 'string', pattern: '\\$\\{' }],
};

/**
 * The JSON Schema of environment.yaml and the files that it extends, for editors, made from the
 * schemas of the loader. It requires no key, because any may be inherited.
 */
export function environmentJsonSchema(plugins: readonly Plugin[]): JsonSchema {
  const sections = plugins.map(({ section, schema }) => [section, schema] as const);
  const all = Object.entries({ ...CORE_SCHEMAS, ...Object.fromEntries(sections) });
  const schema = z.strictObject(
    Object.fromEntries(all.map(([key, value]) => [key, value.exactOptional()])),
  );
  const strict = withOn(
    z.toJSONSchema(schema, { target: 'draft-7', io: 'input', unrepresentable: 'any' }),
    plugins,
  );
  return {
    ...relax(strict),
    definitions: { ...relaxAll(strict.definitions), elsewhere: ELSEWHERE },
  };
}

/** Every section has the key `on`, which is core's. */
function withOn(schema: JsonSchema, plugins: readonly Plugin[]): JsonSchema {
  const { properties } = schema;
  if (!isRecord(properties)) return schema;
  const on = z.toJSONSchema(onSchema, { target: 'draft-7', io: 'input' });
  delete on.$schema;
  const sections = plugins.flatMap(({ section }) => {
    const own = properties[section];
    if (!isRecord(own) || !isRecord(own['properties'])) return [];
    return [[section, { ...own, properties: { ...own['properties'], on } }]];
  });
  return { ...schema, properties: { ...properties, ...Object.fromEntries(sections) } };
}

/** Any value may be filled in or inherited, whatever its schema. */
function relax(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema).filter(([key]) => key !== 'required');
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (key === 'properties') return [key, relaxAll(value, allowElsewhere)];
      if (key === 'additionalProperties' || key === 'items') {
        return [key, isRecord(value) ? allowElsewhere(relax(value)) : value];
      }
      if (['anyOf', 'oneOf', 'allOf'].includes(key) && Array.isArray(value)) {
        return [key, value.map((each: unknown) => (isRecord(each) ? relax(each) : each))];
      }
      return [key, value];
    }),
  );
}

function relaxAll(
  schemas: unknown,
  change: (schema: JsonSchema) => JsonSchema = (schema) => schema,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(isRecord(schemas) ? schemas : {}).map(([key, value]) => [
      key,
      isRecord(value) ? change(relax(value)) : value,
    ]),
  );
}

function allowElsewhere({ description, ...schema }: JsonSchema): JsonSchema {
  return {
    ...(description === undefined ? {} : { description }),
    anyOf: [schema, { $ref: '#/definitions/elsewhere' }],
  };
}
