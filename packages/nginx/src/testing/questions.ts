import { policyHeader } from '../section/content-security-policy-schema.js';
import { hostOf, originOf, type Section } from '../section/section.js';

/** A request over http, and what its answer must have. */
export interface Question {
  readonly name: string;
  readonly port: number;
  readonly path: string;
  /** Undefined: whatever the application answers. */
  readonly status?: number;
  /** By their names in lower case; undefined: it must not have the header. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** What an environment says of the names, headers and redirects of its sites, without those for all below a path. */
export function questionsOf({ sites = {} }: Section): readonly Question[] {
  return Object.values(sites).flatMap((site): readonly Question[] => {
    const { aliases = [], contentSecurityPolicy, listen: port, paths, redirects, tls } = site;
    const name = hostOf(site);
    // Else each request is redirected: no password goes over http.
    const isOpen = !(tls?.redirect && site.basicAuth);
    const headers = { ...policyHeader(contentSecurityPolicy), ...site.headers };
    const expected = Object.entries(headers).map(
      ([header, value]) => [header.toLowerCase(), value === '' ? undefined : value.trim()] as const,
    );
    return [
      ...(isOpen && !('/' in paths)
        ? [{ name, port, path: '/none', headers: Object.fromEntries(expected) }]
        : []),
      ...aliases.map((alias) => ({
        ...{ name: alias.replace('*', 'any'), port, path: '/a?b', status: 301 },
        headers: { location: `${originOf({ listen: port }, name)}/a?b` },
      })),
      ...Object.entries(isOpen ? redirects : {}).flatMap(([path, { to, status }]) =>
        path.endsWith('/*') ? [] : [{ name, port, path, status, headers: { location: to } }],
      ),
    ];
  });
}

/** What an answer, such as curl prints its head, has of what is asked for. */
export function answerTo(
  { status, headers }: Question,
  head: string,
): Pick<Question, 'headers'> & { readonly status: number | undefined } {
  const [first = '', ...rest] = head.trimEnd().split('\r\n');
  const got = new Map(
    rest.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  return {
    status: status === undefined ? undefined : Number(first.split(' ')[1]),
    headers: Object.fromEntries(Object.keys(headers).map((name) => [name, got.get(name)])),
  };
}
