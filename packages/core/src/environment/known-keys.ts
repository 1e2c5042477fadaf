import type { z } from 'zod';
import type { KeyPath } from '@fairness-deploy/environment-file';

/**
 * The keys that a schema allows in the map at a path, of all its alternatives; none when any key is
 * allowed.
 */
export function knownKeys(schema: z.core.$ZodType, path: KeyPath): readonly string[] {
  return [...new Set(schemasAt(schema, path).flatMap(keysOf))];
}

function keysOf(schema: z.core.$ZodType): readonly string[] {
  return schema instanceof Object && isObject(schema) ? Object.keys(schema._zod.def.shape) : [];
}

/** The schemas for the value at a path. */
function schemasAt(schema: z.core.$ZodType, path: KeyPath): readonly z.core.$ZodType[] {
  const alternatives = unwrap(schema);
  const [step, ...rest] = path;
  if (step === undefined) return alternatives;
  return alternatives.flatMap((each) => {
    const child = childSchema(each, step);
    return child === undefined ? [] : schemasAt(child, rest);
  });
}

/** A schema without its wrappings (optional, default, pipe, union, …). */
function unwrap(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return unwrap(def.innerType);
    case 'pipe':
      return unwrap(def.in);
    case 'lazy':
      return unwrap(def.getter());
    case 'union':
      return def.options.flatMap(unwrap);
    case 'intersection':
      return [...unwrap(def.left), ...unwrap(def.right)];
    default:
      return [schema];
  }
}

function childSchema(schema: z.core.$ZodType, step: string | number): z.core.$ZodType | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'object') return Object.hasOwn(def.shape, step) ? def.shape[step] : undefined;
  if (def.type === 'record') return def.valueType;
  if (def.type === 'array') return def.element;
  return undefined;
}

function isObject(schema: z.core.$ZodType): schema is z.core.$ZodObject {
  return schema._zod.def.type === 'object';
}
