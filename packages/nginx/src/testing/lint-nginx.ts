import { flatten, type Directive } from './parse-nginx.js';

/** Variables that a request decides. */
const OF_REQUEST =
  /\$\{?(?:uri|document_uri|request|request_uri|args|query_string|is_args|host|http_\w+|arg_\w+|cookie_\w+|\d)\b/;

/** What may be in an `if` within a location: the directive ends the request, or changes a variable. */
const IN_IF = new Set(['return', 'set', 'rewrite', 'fastcgi_pass']);

/** Answers of nginx itself, without the page of an application. */
const OWN_ANSWER = /^(?:\/\.maintenance$|\/\.health\/|@healthy_|@unhealthy_)/;

/**
 * Known mistakes in a configuration of nginx, such as gixy knows them.
 *
 * @param healthPaths the health URLs of the sites, which nginx answers itself
 */
export function lintNginx(
  directives: readonly Directive[],
  healthPaths: readonly string[] = [],
): readonly string[] {
  const all = flatten(directives);
  return all.flatMap(({ directive, around }): readonly string[] => {
    const { name, args, block = [] } = directive;
    const text = [name, ...args].join(' ');
    const has = (pattern: RegExp): boolean => args.some((arg) => pattern.test(arg));
    switch (name) {
      case 'location': {
        const [first = '', second] = args;
        const isPrefix = second === undefined ? !first.startsWith('@') : first === '^~';
        const prefix = second ?? first;
        const alias = block.find((one) => one.name === 'alias')?.args[0];
        return [
          ...(isPrefix && alias?.endsWith('/') && !prefix.endsWith('/')
            ? [`alias traversal: ${text}`]
            : []),
          ...(isOwnAnswer(directive, healthPaths) ? [] : lostHeaders(directive, around)),
        ];
      }
      case 'proxy_set_header':
        return /^host$/i.test(args[0] ?? '') && has(/\$\{?http_host/)
          ? [`host spoofing: ${text}`]
          : [];
      case 'proxy_pass':
      case 'fastcgi_pass':
        return [
          ...(has(OF_REQUEST) ? [`SSRF: ${text}`] : []),
          ...[...(args[0] ?? '').matchAll(/\$\{?(\w+)/g)].flatMap(([, variable = '']) =>
            all.flatMap(
              ({
                directive: {
                  name: other,
                  args: [to = '', value = ''],
                },
              }) =>
                other === 'set' && to === `$${variable}` && OF_REQUEST.test(value)
                  ? [`SSRF: set ${to} ${value}`]
                  : [],
            ),
          ),
        ];
      case 'if': {
        const bad = block.find((one) => !IN_IF.has(one.name));
        return bad ? [`${bad.name} in an if: ${text}`] : [];
      }
      case 'merge_slashes':
        return args[0] === 'off' ? [text] : [];
      case 'return':
        return (args[0] ?? '').startsWith('30') && has(/\$\{?(?:document_)?uri\b/)
          ? [`CRLF by a decoded path: ${text}`]
          : [];
      default:
        return [];
    }
  });
}

function isOwnAnswer(
  { args: [first = '', second = ''] }: Directive,
  healthPaths: readonly string[],
): boolean {
  if (first !== '=') return OWN_ANSWER.test(first);
  return OWN_ANSWER.test(second) || healthPaths.includes(second);
}

/** A location with a header of its own loses those of the server. */
function lostHeaders(location: Directive, around: readonly Directive[]): readonly string[] {
  const namesIn = (block: readonly Directive[] = []): readonly string[] =>
    block.flatMap(({ name, args: [header = ''] }) =>
      name === 'add_header' ? [header.toLowerCase()] : [],
    );
  const own = namesIn(location.block);
  const server = around.findLast(({ name }) => name === 'server');
  const [match = ''] = location.args.slice(-1);
  if (own.length === 0) return [];
  const lost = namesIn(server?.block).filter((header) => !own.includes(header));
  return lost.length > 0 ? [`lost headers in location ${match}: ${lost.join(', ')}`] : [];
}
