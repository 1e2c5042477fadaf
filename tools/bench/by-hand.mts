import { execFileSync } from 'node:child_process';
import { type SandboxHost } from '@fairness-deploy/sandbox';
import { onHost } from '../lab/on-host.mjs';
import { type Sample } from './measure.mjs';

const HOME = '/srv/demo';

/**
 * Puts the branch's commit into a folder beside the releases, builds and starts it, as a person
 * with a shell would: with the existing repository and dependencies. Then removes it.
 *
 * @returns the time that it took on the host: until both processes answered.
 */
export async function byHand(host: SandboxHost, application: string): Promise<Sample> {
  const git = (...args: readonly string[]): Buffer =>
    execFileSync('git', args, {
      cwd: application,
      maxBuffer: 1e9,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const has = await onHost(host, `cat ${HOME}/repo.git/refs/fairness-deploy/*\n`);
  const without = has
    .trim()
    .split('\n')
    .map((commit) => `^${commit}`);
  const bundle = git('bundle', 'create', '-', 'main', ...without).toString('base64');
  const printed = await onHost(
    host,
    `set -eu
base64 -d >/tmp/by-hand.bundle <<'END'
${bundle}
END
chmod 644 /tmp/by-hand.bundle
install -d -o demo ${HOME}/by-hand
cat >/tmp/by-hand.sh <<'END'
set -eu
cd ${HOME}/by-hand
PATH=$NODE:$PATH
export PATH
now() { read -r now _ </proc/uptime; echo "$now"; }
begin=$(now)
git -C ${HOME}/repo.git fetch --quiet /tmp/by-hand.bundle main:refs/by-hand
git -C ${HOME}/repo.git worktree add --quiet --detach ${HOME}/by-hand/release refs/by-hand
cd release
ln -s "$(cd -P ${HOME}/current && pwd -P)/node_modules" node_modules
npm run --silent build
PORT=4000 node dist/api/main.js >/dev/null 2>&1 &
api=$!
PORT=4001 API_URL=http://127.0.0.1:4000 node dist/client/main.js >/dev/null 2>&1 &
client=$!
for url in http://127.0.0.1:4000/api/health http://127.0.0.1:4001/health; do
  until curl --silent --fail --output /dev/null "$url"; do sleep 0.02; done
done
end=$(now)
kill $api $client
cd /
rm -r ${HOME}/by-hand/release
git -C ${HOME}/repo.git worktree prune
git -C ${HOME}/repo.git update-ref -d refs/by-hand
echo "took $begin $end"
END
node=$(tr '\\0' '\\n' <"/proc/$(pgrep -u demo -n node)/environ" | sed -n 's/^PATH=//p')
runuser -u demo -- env HOME=${HOME}/shared/home NODE="$node" sh /tmp/by-hand.sh </dev/null
rm -r /tmp/by-hand.bundle /tmp/by-hand.sh ${HOME}/by-hand
`,
  );
  const [, begin, end] = /^took (\S+) (\S+)$/m.exec(printed) ?? [];
  if (!end) throw new Error(`by hand it could not be done: ${printed}`);
  return { milliseconds: (Number(end) - Number(begin)) * 1000 };
}
