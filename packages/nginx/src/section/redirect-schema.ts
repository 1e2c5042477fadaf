import { urlPathSchema, z } from '@fairness-deploy/core';

const FROM = 'expected a URL path such as /old, or /old/* for all below it';
const STATUS = 'expected 301, 302, 307 or 308';
const TO = 'expected a URL path or a URL, such as /new or https://example.org/new';

/** The characters of RFC 3986 without `$`, which nginx reads as the beginning of a variable. */
const to = z
  .string({ error: TO })
  .regex(/^(?:https?:\/\/[A-Za-z0-9.:[\]-]+)?(?:\/[A-Za-z0-9._~!&'()*+,;=:@%/?#-]*)?$/, TO)
  .min(1, TO)
  // A browser takes // and /\ for another host.
  .refine((target) => !target.startsWith('//'), TO);

const settings = z.strictObject({
  to,
  status: z
    .union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)], { error: STATUS })
    .default(301)
    .describe('301 and 308 are permanent, 302 and 307 are not; 307 and 308 keep the method.'),
});

/** Where a redirect leads to. */
export type Redirect = Readonly<z.output<typeof settings>>;

/** What is malformed is refused as a path. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const from = z
  .string()
  .refine((path) => urlPathSchema.safeParse(path.replace(/\/\*$/, '/')).success, FROM)
  // nginx reads it as the beginning of a variable.
  .refine((path) => !decoded(path).includes('$'), FROM)
  .refine((path) => !RESERVED.test(decoded(path)), {
    error: 'the site answers this path itself',
    params: { hint: 'redirect another path' },
  });

/** Of certificate authorities (RFC 8555, 8.3), and of the maintenance page. */
const RESERVED = /^\/\.(?:well-known\/acme-challenge(?:\/|$)|maintenance$)/;

/** Redirects by path: `/old: /new`, or with `/*` at both ends for all below. */
export const redirectsSchema = z
  .record(
    from,
    z.union([to.transform((target): Redirect => settings.parse({ to: target })), settings]),
    { error: 'expected a map of redirects by URL path' },
  )
  .check((context) => {
    const seen = new Map<string, string>();
    for (const [from, redirect] of Object.entries(context.value)) {
      const path = decoded(from);
      const other = seen.get(path);
      seen.set(path, from);
      if (other !== undefined) {
        const message = `it is the same path as "${other}"`;
        context.issues.push({ code: 'custom', path: [from], message, input: redirect });
      }
      if (from.endsWith('/*') === redirect.to.endsWith('/*')) continue;
      context.issues.push({
        ...{ code: 'custom', path: [from], input: redirect },
        message: 'a path and its target end with /* both, or neither does',
        params: { hint: "/old/*: 'https://example.org/new/*' keeps what follows /old/" },
      });
    }
  })
  .prefault({})
  .describe(
    'Redirects by URL path: `/old: /new`, with `{ to, status: 302 }` for one that is not permanent, and `/old/*: /new/*` for all below a path.',
  );
