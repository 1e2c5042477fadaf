import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sections, treeOf } from './testing/generated.js';
import { lintNginx } from './testing/lint-nginx.js';
import { flatten, parseNginx, type Directive } from './testing/parse-nginx.js';

const FILE = 'sites-enabled/shop.conf';

/** The directives that sites have, as those of the golden files. */
const known = new Set(
  ['every-setting', 'any-name', 'named', 'tls'].flatMap((name) =>
    namesIn(parseNginx(readFileSync(join(__dirname, `testing/golden/${name}.conf`), 'utf8'))),
  ),
);

function namesIn(directives: readonly Directive[]): readonly string[] {
  return flatten(directives).map(({ directive }) => directive.name);
}

/** The names of a server. */
function namesOf(block: readonly Directive[] = []): readonly string[] | undefined {
  return block.find(({ name }) => name === 'server_name')?.args;
}

describe('generated environments', () => {
  it('have none of the known mistakes', () => {
    fc.assert(
      fc.property(sections, (section) => {
        const health = Object.values(section.sites ?? {}).flatMap((site) => site.health ?? []);
        for (const [file, text] of Object.entries(treeOf(section))) {
          // Includes of a server are linted within one that has headers.
          const isPart = file.startsWith('health/');
          const whole = parseNginx(isPart ? `server {\nadd_header X-A a;\n${text}\n}` : text);
          expect(lintNginx(whole, health)).toEqual([]);
        }
      }),
    );
  });

  it('have exactly what was meant, whatever text stands in them', () => {
    fc.assert(
      fc.property(sections, (section) => {
        const tree = parseNginx(treeOf(section)[FILE] ?? '');
        const servers = tree.filter(({ name }) => name === 'server');
        const aliases = section.sites?.['shop']?.aliases;
        expect(servers.slice(1).map(({ block }) => namesOf(block))).toEqual(
          aliases ? [aliases] : [],
        );
        expect(namesIn(tree).filter((name) => !known.has(name))).toEqual([]);
        const server = servers[0]?.block ?? [];
        const site = section.sites?.['shop'];
        expect(namesOf(server)).toEqual(site?.domains ?? ['_']);
        for (const [name, value] of Object.entries(site?.headers ?? {})) {
          expect(server).toContainEqual({ name: 'add_header', args: [name, value, 'always'] });
        }
        for (const [from, { to, status }] of Object.entries(site?.redirects ?? {})) {
          if (from.endsWith('/*')) continue;
          const location = server.find(({ args }) => args[1] === decodeURIComponent(from));
          const target = to.includes('?') ? to : `${to}$is_args$args`;
          expect(location?.block).toEqual([{ name: 'return', args: [String(status), target] }]);
        }
        // One for each path and its application, of redirects, and those that each site has.
        const locations = server.filter(({ name }) => name === 'location').length;
        const redirects = Object.keys(site?.redirects ?? {}).filter((from) => from !== '/*').length;
        expect(locations).toBe(6 + redirects + 2 * Object.keys(site?.paths ?? {}).length);
      }),
    );
  });
});

describe('lintNginx()', () => {
  it.each([
    ['location /files { alias /srv/files/; }', 'alias traversal: location /files'],
    ['location ^~ /files { alias /srv/files/; }', 'alias traversal: location ^~ /files'],
    ['proxy_set_header Host $http_host;', 'host spoofing: proxy_set_header Host $http_host'],
    ['add_header X-A a; location ~ ^/x { add_header X-B b; }', 'lost headers in location ^/x: x-a'],
    ['add_header X-A a; location /x { add_header X-B b; }', 'lost headers in location /x: x-a'],
    ['location / { proxy_pass http://$arg_to; }', 'SSRF: proxy_pass http://$arg_to'],
    ['set $to $http_to; location / { proxy_pass http://$to; }', 'SSRF: set $to $http_to'],
    ['if ($host) { proxy_pass http://a; }', 'proxy_pass in an if: if ($host)'],
    ['merge_slashes off;', 'merge_slashes off'],
    ['return 301 https://a.test$uri;', 'CRLF by a decoded path: return 301 https://a.test$uri'],
  ])('finds the mistake in %s', (text, mistake) => {
    expect(lintNginx(parseNginx(`server { ${text} }`))).toEqual([mistake]);
  });
});

it.each([
  ['a "b;{}#\\"" \'c\';', [{ name: 'a', args: ['b;{}#"', 'c'] }]],
  ['a ${b}c # d;\n;', [{ name: 'a', args: ['${b}c'] }]],
  ['a { b \\n; }', [{ name: 'a', args: [], block: [{ name: 'b', args: ['\n'] }] }]],
])('parseNginx() reads %j as nginx does', (text, parsed) => {
  expect(parseNginx(text)).toEqual(parsed);
});
