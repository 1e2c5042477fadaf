import type { z } from 'zod';
import {
  entryAt,
  type KeyPath,
  type Located,
  placeOf,
  type Report,
} from '@fairness-deploy/environment-file';
import { inPlainWords } from './plain-words.js';
import { schemaIssues } from './schema-issues.js';

/** The file's tree, for places, and where to report to. */
export interface ValueOrigin {
  readonly root: Located;
  readonly report: Report;
}

/**
 * Checks the value at a path by a schema.
 *
 * @returns the schema's result, or undefined when errors were reported.
 */
export function validate<Output>(
  schema: z.ZodType<Output>,
  value: unknown,
  path: KeyPath,
  { root, report }: ValueOrigin,
): { readonly output: Output } | undefined {
  const result = schema.safeParse(value, { error: inPlainWords });
  if (result.success) return { output: result.data };
  for (const { about, ...issue } of schemaIssues(result.error.issues, schema, value)) {
    const whole = [...path, ...issue.path];
    const entry = entryAt(root, whole);
    const place = about === 'key' && entry ? entry.place : placeOf(root, whole);
    const written =
      about === 'value' && entry?.value.kind === 'scalar' ? entry.value.value : undefined;
    const reference =
      typeof written === 'string' && /^\$\{vars\.[\w-]+\}$/.test(written) ? written : undefined;
    const message = reference === undefined ? issue.message : `${issue.message} from ${reference}`;
    report({ ...issue, path: whole, place, message });
  }
  return undefined;
}
