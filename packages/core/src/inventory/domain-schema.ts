import { z } from 'zod';

const EXPECTED = 'expected a domain name such as example.org or *.example.org';

/** RFC 1123, section 2.1. */
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^(?=.{1,253}$)(?:\\*\\.)?(?:${LABEL}\\.)*(?!\\d+$)${LABEL}$`);

/** What to do with parts that no domain name has, where the section has a place for them. */
export interface DomainHints {
  readonly port?: string;
  readonly address?: string;
}

/** A domain name in lower case, perhaps with a `*` as its first label, which stands for any number of labels. */
export function domainSchema(hints: DomainHints = {}): z.ZodString {
  return z.string({ error: EXPECTED }).check((context) => {
    if (DOMAIN.test(context.value)) return;
    const hint = hintFor(context.value, hints);
    context.issues.push({
      code: 'custom',
      message: EXPECTED,
      input: context.value,
      ...(hint !== undefined && { params: { hint } }),
    });
  });
}

/** The right form, for the usual mistakes. */
function hintFor(text: string, hints: DomainHints): string | undefined {
  const [, host] = /^[a-z]+:\/\/([^/]+)\/?/i.exec(text) ?? [];
  if (host !== undefined) return `write the name alone: ${host}`;
  const lower = text.toLowerCase().replace(/\.$/, '');
  if (DOMAIN.test(lower)) return `write ${lower}`;
  const [, name] = /^(.+):\d+$/.exec(text) ?? [];
  if (name !== undefined) return hints.port ?? `write the name alone: ${name}`;
  if (/^[\d.]+$/.test(text)) return hints.address;
  if (/[^\x20-\x7e]/.test(text)) return 'write its ASCII form, xn--… (RFC 3490)';
  return undefined;
}

/** Whether a domain stands for many names: `*.example.org`. */
export function isWildcard(domain: string): boolean {
  return domain.startsWith('*.');
}

/** A name that a domain stands for: `any.example.org` for `*.example.org`; else the domain itself. */
export function exampleName(domain: string): string {
  return domain.replace('*', 'any');
}
