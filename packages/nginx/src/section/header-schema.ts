import { z } from '@fairness-deploy/core';

const NAME = 'expected the name of a header, such as Permissions-Policy';
const VALUE = 'expected the value of a header: visible characters and blanks, without a $';

/** A field name of HTTP (RFC 9110, 5.1), whose form is a token (5.6.2). */
const name = z
  .string({ error: NAME })
  .regex(/^[A-Za-z0-9!#%&'*+.^_`|~-]+$/, NAME)
  .refine((header) => !NGINX_OWN.has(header.toLowerCase()), {
    error: 'nginx sets it for each answer by itself',
    params: { hint: 'leave it out' },
  });

/** Headers that frame an answer, or that nginx makes of other settings. */
const NGINX_OWN = new Set([
  ...['connection', 'content-length', 'transfer-encoding', 'upgrade', 'keep-alive', 'trailer'],
  ...['date', 'server', 'etag', 'last-modified', 'location', 'content-encoding', 'content-type'],
  ...['accept-ranges', 'vary', 'www-authenticate'],
]);

/** nginx reads a `$` as the beginning of a variable, and it can't be escaped. */
const value = z.string({ error: VALUE }).regex(/^[\x20-\x23\x25-\x7e]{0,1900}$/, VALUE);

/** Headers by name. */
export const headersSchema = z
  .record(name, value, { error: 'expected a map of headers by name' })
  .superRefine((headers, context) => {
    const seen = new Map<string, string>();
    for (const header of Object.keys(headers)) {
      const other = seen.get(header.toLowerCase());
      seen.set(header.toLowerCase(), header);
      if (other === undefined) continue;
      const message = `it is the same header as "${other}"`;
      context.addIssue({ code: 'custom', path: [header], message });
    }
  })
  .prefault({});

/** Headers of the answers, by name. */
export type Headers = Readonly<z.output<typeof headersSchema>>;
