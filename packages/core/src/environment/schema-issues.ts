import { Text } from '@fairness-deploy/shell/secret';
import type { z } from 'zod';
import { didYouMean, type Issue, type KeyPath, showValue } from '@fairness-deploy/environment-file';
import { knownKeys } from './known-keys.js';

/** An issue of a schema, about a key itself or about its value. */
export interface SchemaIssue extends Issue {
  readonly about: 'key' | 'value';
}

/**
 * Words Zod's issues. A message that begins with 'expected' gets the actual value; any other stays
 * as the schema wrote it. A custom issue may have `params.hint`.
 */
export function schemaIssues(
  issues: readonly z.core.$ZodIssue[],
  schema: z.core.$ZodType,
  value: unknown,
): readonly SchemaIssue[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    const actual = valueAt(value, path);
    // Not the schema's own message: people don't know our classes.
    if (actual instanceof Text && issue.code !== 'custom') return [secretRefused(path)];
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => unknownKey([...path, key], knownKeys(schema, path)));
      case 'invalid_key':
        return issue.issues.map((each) => ({
          ...valueIssue(each, path, path.at(-1)),
          about: 'key' as const,
        }));
      case 'invalid_union':
        return unionIssues(issue, path, schema, value);
      default:
        return [valueIssue(issue, path, actual)];
    }
  });
}

/** The message about an unknown key, given the known ones. */
function unknownKey(path: KeyPath, known: readonly string[]): SchemaIssue {
  const near = didYouMean(String(path.at(-1)), known);
  const hint = near ?? (known.length > 0 ? `known here: ${known.join(', ')}` : undefined);
  return { path, message: 'unknown key', about: 'key', ...(hint === undefined ? {} : { hint }) };
}

function secretRefused(path: KeyPath): SchemaIssue {
  return {
    path,
    message: 'a secret cannot stand here',
    hint: 'write the value itself; secrets go where text is passed on, such as env',
    about: 'value',
  };
}

function valueIssue(issue: z.core.$ZodIssue, path: KeyPath, actual: unknown): SchemaIssue {
  const params: Readonly<Record<string, unknown>> =
    issue.code === 'custom' ? (issue.params ?? {}) : {};
  const message = issue.message.startsWith('expected')
    ? withActual(issue.message, actual)
    : issue.message;
  const hint = typeof params['hint'] === 'string' ? params['hint'] : valueHint(issue, actual);
  return { path, message, about: 'value', ...(hint === undefined ? {} : { hint }) };
}

function withActual(message: string, actual: unknown): string {
  return actual === undefined ? `missing, ${message}` : `${message}, got ${showValue(actual)}`;
}

function valueHint(issue: z.core.$ZodIssue, actual: unknown): string | undefined {
  if (issue.code === 'invalid_type' && issue.expected === 'boolean') {
    // What YAML 1.1 read as true and false is text in YAML 1.2.
    if (/^(?:yes|on|y)$/i.test(String(actual))) return 'write true';
    if (/^(?:no|off|n)$/i.test(String(actual))) return 'write false';
  }
  if (issue.code === 'invalid_value' && typeof actual === 'string') {
    return didYouMean(
      actual,
      issue.values.filter((value) => typeof value === 'string'),
    );
  }
  if (
    issue.code === 'invalid_type' &&
    issue.expected === 'string' &&
    // A schema with words of its own wants more than text.
    issue.message === 'expected text' &&
    ['number', 'boolean'].includes(typeof actual)
  ) {
    return `write it in quotes: '${String(actual)}'`;
  }
  if (actual === null) return 'write a value, or leave the key out';
  return undefined;
}

/** The issue of a union's alternative that accepts this kind of value. */
function unionIssues(
  issue: z.core.$ZodIssueInvalidUnion,
  path: KeyPath,
  schema: z.core.$ZodType,
  value: unknown,
): readonly SchemaIssue[] {
  const actual = valueAt(value, path);
  const fitting = issue.errors
    .filter((branch) => !branch.some((each) => each.path.length === 0 && isAboutKind(each)))
    .sort((one, other) => one.length - other.length)[0];
  if (fitting !== undefined && fitting.length > 0) {
    const prefixed = fitting.map((each) => ({ ...each, path: [...path, ...each.path] }));
    return schemaIssues(prefixed, schema, value);
  }
  if (issue.message.startsWith('expected')) return [valueIssue(issue, path, actual)];
  const expectations = issue.errors
    .map((branch) => branch.find((each) => each.path.length === 0)?.message)
    .filter((message) => message?.startsWith('expected ') === true)
    .map((message) => message?.slice('expected '.length));
  const message = `expected ${[...new Set(expectations)].join(', or ') || 'another value'}`;
  return [{ path, message: withActual(message, actual), about: 'value' }];
}

function isAboutKind(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (node, step) =>
      // A map or a list; its own keys only, for a file may ask for `constructor`.
      typeof node === 'object' &&
      node !== null &&
      !(node instanceof Text) &&
      Object.hasOwn(node, step)
        ? (node as Record<string | number, unknown>)[step]
        : node instanceof Text
          ? node
          : undefined,
    value,
  );
}
