import { z } from '@fairness-deploy/core';
import type { Headers } from './header-schema.js';

const POLICY = "expected a policy such as default-src 'self'; img-src *";

/** Keywords of sources (CSP Level 3, 2.3.1), which are words in single quotes. */
const KEYWORDS = /^(?:self|none|unsafe-[a-z-]+|strict-dynamic|report-sample|wasm-unsafe-eval)$/i;

/** A policy, whose directives are separated by semicolons. nginx reads a `$` as the beginning of a variable. */
const policy = z
  .string({ error: POLICY })
  .regex(/^[\x20-\x23\x25-\x7e]{1,1900}$/, POLICY)
  .check((context) => {
    const problem = problemOf(context.value);
    if (problem === undefined) return;
    const [message, hint] = problem;
    context.issues.push({ code: 'custom', message, input: context.value, params: { hint } });
  });

/** @returns what a browser would ignore, and a hint */
function problemOf(text: string): readonly [string, string] | undefined {
  const seen = new Set<string>();
  for (const directive of text.split(';')) {
    const [name = '', ...values] = directive.trim().split(/ +/);
    if (name === '') continue;
    if (!/^[A-Za-z][A-Za-z-]*$/.test(name)) {
      return [POLICY, `"${name}" is no name of a directive; sources follow a name`];
    }
    if (seen.has(name.toLowerCase())) {
      return [`${name} stands there twice, and browsers ignore the second`, 'write it once'];
    }
    seen.add(name.toLowerCase());
    const bare = values.find((value) => KEYWORDS.test(value));
    if (bare !== undefined && !/^(?:report-to|sandbox)$/i.test(name)) {
      return [`browsers take ${bare} for a host`, `write it in single quotes: '${bare}'`];
    }
    if (values.some((value) => value.startsWith("'nonce-"))) {
      return [
        'a nonce must be another one for each answer, and this is the same for all',
        'let the application send the policy',
      ];
    }
  }
  return seen.size > 0 ? undefined : [POLICY, "write at least: default-src 'self'"];
}

/** What browsers may load in the pages of a site. */
export const contentSecurityPolicySchema = z
  .union(
    [
      policy.transform((text) => ({ policy: text, reportOnly: false })),
      z.strictObject({
        policy,
        reportOnly: z
          .boolean({ error: 'expected true or false' })
          .default(false)
          .describe('Browsers only report what the policy forbids.'),
      }),
    ],
    { error: `${POLICY}, or a map such as { policy, reportOnly: true }` },
  )
  .describe(
    'The header Content-Security-Policy of all answers. It replaces that of the application. `{ policy, reportOnly: true }` tries it: browsers only report what it forbids.',
  )
  .exactOptional();

/** What browsers may load, as a site says it. */
export type ContentSecurityPolicy = NonNullable<z.output<typeof contentSecurityPolicySchema>>;

const HEADER = 'Content-Security-Policy';

/** The header of a site's policy; none when it has no policy. */
export function policyHeader(given: ContentSecurityPolicy | undefined): Headers {
  if (!given) return {};
  return { [given.reportOnly ? `${HEADER}-Report-Only` : HEADER]: given.policy };
}
