import { hasVersion, RELEASES } from '@fairness-deploy/core/resources';
import { startTestHost, testRelease } from '@fairness-deploy/sandbox/testing';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { certificatePlugin } from './testing/certificate-plugin.js';
import { application, sections, treeOf } from './testing/generated.js';
import { answerTo, questionsOf } from './testing/questions.js';
import { useSiteHost } from './testing/site-host.js';

const COUNT = 200;

/** How many of them nginx is started with. */
const ASKED = 30;

/** Write the one of a failure here to repeat it. */
const seed = Date.now() % 2 ** 31;

const host = useSiteHost(
  () => startTestHost('nginx-generated'),
  [certificatePlugin(() => '/none')],
);

beforeAll(async () => {
  // Each site has a placeholder.
  const [shop, other] = ['shop.test', 'other.test'].map((name) => ({ domains: [name], tls: true }));
  await host.provision({ sites: { shop, other } }, application);
});

/** Defines `fd_place <number>`: makes the tree with this number at /run/one/tree. */
function definePlace(trees: readonly Readonly<Record<string, string>>[]): Script {
  // The same files stand in many trees: each goes to the host once.
  const texts = [...new Set(trees.flatMap((tree) => Object.values(tree)))];
  return sh`
    rm -rf /run/texts /run/tree
    mkdir /run/texts
    ${lines(...texts.map((text, at) => sh`printf %s ${text} >${`/run/texts/${String(at)}`}`))}
    cp -a /etc/nginx /run/tree
    rm -rf /run/tree/sites-enabled /run/tree/upstreams
    fd_place() {
      rm -rf /run/one
      mkdir /run/one
      cp -a /run/tree /run/one/tree
      mkdir -p /run/one/tree/sites-enabled /run/one/tree/upstreams /run/one/tree/health
      case $1 in
        ${lines(
          ...trees.map((tree, at) => {
            const copies = Object.entries(tree).map(([path, text]) => {
              const from = `/run/texts/${String(texts.indexOf(text))}`;
              return sh`cp ${from} ${`/run/one/tree/${path}`}`;
            });
            return sh`
              ${String(at)})
                ${lines(...copies)}
                ;;`;
          }),
        )}
      esac
    }`;
}

const release = RELEASES.find(({ codename }) => codename === testRelease());

// The trees are for an nginx that knows ssl_reject_handshake.
describe.runIf(release && hasVersion(release, 'nginx', '1.19.4'))('nginx', () => {
  it('takes the configuration of any environment without a warning', async () => {
    const trees = fc.sample(sections, { numRuns: COUNT, seed }).map(treeOf);
    const answers = await host.succeed(sh`
      ${definePlace(trees)}
      for one in $(seq 0 ${String(COUNT - 1)}); do
        fd_place "$one"
        nginx -t -c /run/one/tree/nginx.conf >/run/said 2>&1 || cat /run/said
        # A warning is a mistake, too. nginx 1.22 has no other directive for HTTP/2 than this one.
        grep -F '[warn]' /run/said | grep -vF 'the "listen ... http2" directive is deprecated' || :
        printf '\0'
      done`);
    const said = answers.split('\0').slice(0, -1);
    expect(said).toHaveLength(COUNT);
    expect(
      said.flatMap((text, at) => (text === '' ? [] : [`${String(at)}: ${text}`])),
      `seed ${String(seed)}`,
    ).toEqual([]);
  });

  it('answers by the names, headers and redirects of any environment', async () => {
    const some = fc.sample(sections, { numRuns: ASKED, seed });
    const questions = some.map(questionsOf);
    const answers = await host.succeed(sh`
      ${definePlace(some.map(treeOf))}
      systemctl stop nginx
      ${lines(
        ...questions.map(
          (of, at) => sh`
          fd_place ${String(at)}
          nginx -c /run/one/tree/nginx.conf
          ${lines(
            ...of.map(
              ({ name, port, path }) => sh`
              curl -gsS -o /dev/null -D - --path-as-is -H ${`Host: ${name}`} ${`http://127.0.0.1:${String(port)}${path}`}
              printf '\0'`,
            ),
          )}
          fd_pid=$(cat /run/nginx.pid)
          nginx -c /run/one/tree/nginx.conf -s stop
          fd_left=200
          while kill -0 "$fd_pid" 2>/dev/null; do
            [ "$fd_left" -gt 0 ] || exit 1
            fd_left=$((fd_left - 1))
            sleep 0.1
          done`,
        ),
      )}`);
    const all = questions.flatMap((of, at) => of.map((question) => ({ at, question })));
    const heads = answers.split('\0').slice(0, -1);
    expect(heads).toHaveLength(all.length);
    expect(all.length).toBeGreaterThan(ASKED);
    all.forEach(({ at, question }, one) => {
      const { status, headers } = question;
      const about = `seed ${String(seed)}, environment ${String(at)}: ${JSON.stringify(question)}`;
      expect(answerTo(question, heads[one] ?? ''), about).toEqual({ status, headers });
    });
  });
});
