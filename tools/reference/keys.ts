import type { z } from 'zod';
import { inPlainWords } from '../../packages/core/src/environment/plain-words.js';
import { schemaIssues } from '../../packages/core/src/environment/schema-issues.js';

/** A key of a section, as its schema has it. */
export interface Key {
  /** Such as `nginx.sites.<name>.listen`. */
  readonly path: string;
  /** The loader's words for the expected value: `a whole number between 1 and 65535`. */
  readonly expected: string;
  readonly description: string;
  readonly required: boolean;
  readonly default?: unknown;
  /** The rule for a name, if the path ends in `<name>`. */
  readonly name?: string;
}

type Schema = z.core.$ZodType;

/** A schema and all keys below it. */
export function keysOf(schema: Schema, path: string): readonly Key[] {
  const layers = layersOf(schema);
  const inner = innermost(schema);
  const fallback = layers.map(defaultOf).find((value) => value !== undefined);
  return [
    {
      path,
      expected: expectation(inner),
      description: layers.map(descriptionOf).find((text) => text !== undefined) ?? '',
      required: schema._zod.optin === undefined && fallback === undefined,
      ...(fallback !== undefined && { default: fallback }),
    },
    ...below(inner, path),
  ];
}

function below(schema: Schema, path: string): readonly Key[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape).flatMap(([key, value]) => keysOf(value, `${path}.${key}`));
    case 'record': {
      const name = expectation(def.keyType);
      const word = name.startsWith('an absolute path') ? 'path' : 'name';
      const [entry, ...rest] = keysOf(def.valueType, `${path}.<${word}>`);
      return entry ? [{ ...entry, ...(name !== 'text' && { name }) }, ...rest] : [];
    }
    case 'array':
      return keysOf(def.element, `${path}[]`).slice(1);
    case 'union': {
      const keys = def.options.flatMap((option) => below(innermost(option), path));
      // One thing or a list of such: the keys of one are enough.
      const single = new Set(keys.map((key) => key.path));
      return keys.filter(
        (key) => !single.has(key.path.replace('[]', '')) || !key.path.includes('[]'),
      );
    }
    default:
      return [];
  }
}

/** A schema, and what is in its wrappings (optional, default, transform …), the innermost last. */
function layersOf(schema: Schema): readonly Schema[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'default':
    case 'prefault':
      return [schema, ...layersOf(def.innerType)];
    case 'pipe':
      return [schema, ...layersOf(def.in)];
    default:
      return [schema];
  }
}

function innermost(schema: Schema): Schema {
  return layersOf(schema).at(-1) ?? schema;
}

function defaultOf(schema: Schema): unknown {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'default' || def.type === 'prefault' ? def.defaultValue : undefined;
}

function descriptionOf(schema: Schema): string | undefined {
  return (schema as z.ZodType).description;
}

/** Asks the schema about an invalid value: the reference has the words of the error. */
function expectation(schema: Schema): string {
  const { error } = (schema as z.ZodType).safeParse(undefined, { error: inPlainWords });
  const [issue] = schemaIssues(error?.issues ?? [], schema, undefined);
  const words = issue?.message.replace(/^missing, expected /, '') ?? '';
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'array' && words === 'a list'
    ? `a list; each item: ${expectation(innermost(def.element))}`
    : words;
}
