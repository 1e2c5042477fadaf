import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { lines, sh, type Connection } from '@fairness-deploy/shell';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { certificatePlugin } from './testing/certificate-plugin.js';
import { application, sections, treeOf } from './testing/generated.js';
import { parseNginx } from './testing/parse-nginx.js';
import { SiteHost } from './testing/site-host.js';

const COUNT = 200;

let test: TestHost;
let connection: Connection;
let host: SiteHost;

beforeAll(async () => {
  test = await startTestHost('nginx-generated');
  connection = await test.connect();
  host = await SiteHost.on(connection, [certificatePlugin(() => '/none')]);
  // Each site has a placeholder.
  const [shop, other] = ['shop.test', 'other.test'].map((name) => ({ domains: [name], tls: true }));
  await host.provision({ sites: { shop, other } }, application);
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

/** The files of a dump by `nginx -T`, by their path within the tree. */
function filesIn(dump: string): Readonly<Record<string, string>> {
  const parts = dump.split(/^# configuration file (.*):\n/m).slice(1);
  return Object.fromEntries(
    parts.flatMap((path, at) =>
      at % 2 === 0 ? [[path.replace(/^.*?\/tree\//, ''), parts[at + 1] ?? '']] : [],
    ),
  );
}

it('nginx takes the configuration of any environment, and reads it as it was meant', async () => {
  const trees = fc.sample(sections, COUNT).map(treeOf);
  // The same files stand in many trees: each goes to the host once.
  const texts = [...new Set(trees.flatMap((tree) => Object.values(tree)))];
  await host.succeed(sh`
    mkdir -p /run/texts
    ${lines(...texts.map((text, at) => sh`printf %s ${text} >${`/run/texts/${String(at)}`}`))}`);
  const answers = await host.succeed(sh`
    cp -a /etc/nginx /run/tree
    rm -rf /run/tree/sites-enabled /run/tree/upstreams
    ${lines(
      ...trees.map(
        (tree) => sh`
        rm -rf /run/one
        mkdir /run/one
        cp -a /run/tree /run/one/tree
        mkdir -p /run/one/tree/sites-enabled /run/one/tree/upstreams /run/one/tree/health
        ${lines(
          ...Object.entries(tree).map(
            ([path, text]) =>
              sh`cp ${`/run/texts/${String(texts.indexOf(text))}`} ${`/run/one/tree/${path}`}`,
          ),
        )}
        nginx -T -c /run/one/tree/nginx.conf 2>/run/said || cat /run/said
        # A warning is a mistake, too.
        ! grep -F '[warn]' /run/said
        printf '\0'`,
      ),
    )}`);
  const dumps = answers.split('\0').slice(0, -1);
  expect(dumps).toHaveLength(COUNT);
  expect(dumps.filter((dump) => !dump.startsWith('# configuration file'))).toEqual([]);
  trees.forEach((tree, at) => {
    const read = filesIn(dumps[at] ?? '');
    for (const [path, text] of Object.entries(tree)) {
      expect(parseNginx(read[path] ?? '')).toEqual(parseNginx(text));
    }
  });
});
