import { z } from '@fairness-deploy/core';

const EXPECTED = 'expected a domain name such as example.org or *.example.org';

/** RFC 1123, section 2.1. */
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^(?=.{1,253}$)(?:\\*\\.)?(?:${LABEL}\\.)*(?!\\d+$)${LABEL}$`);

/** A domain name in lower case, perhaps with a `*` as its first label, which stands for any number of labels. */
export const domainSchema = z.string({ error: EXPECTED }).check((context) => {
  if (DOMAIN.test(context.value)) return;
  const hint = hintFor(context.value);
  context.issues.push({
    code: 'custom',
    message: EXPECTED,
    input: context.value,
    ...(hint !== undefined && { params: { hint } }),
  });
});

/** The right form, for the usual mistakes. */
function hintFor(text: string): string | undefined {
  const [, host] = /^[a-z]+:\/\/([^/]+)\/?/i.exec(text) ?? [];
  if (host !== undefined) return `write the name alone: ${host}`;
  const lower = text.toLowerCase().replace(/\.$/, '');
  if (DOMAIN.test(lower)) return `write ${lower}`;
  if (/:\d+$/.test(text)) return "the port goes into the site's listen";
  if (/^[\d.]+$/.test(text))
    return 'leave the domains out: the site then answers to any name and address';
  if (/[^\x20-\x7e]/.test(text)) return 'write its ASCII form, xn--… (RFC 3490)';
  return undefined;
}
