import { setTimeout as sleep } from 'node:timers/promises';
import { type NspawnHost } from '@fairness-deploy/sandbox';
import { z } from 'zod';
import { onHost } from '../lab/on-host.mjs';
import { KEEP } from './tiny.mjs';

/** Milliseconds for which an ending process may still exist. */
const END_TIMEOUT_MILLISECONDS = 6000;

const SCRIPT = `
home=/srv/tiny
state=/var/lib/fairness-deploy
section() { printf '== %s\\n' "$1"; }
section lock
flock -n $state/lock true || cat $state/lock
section live
readlink $home/live
section colours
for colour in blue green; do
  ls -A $home/colours/$colour | sed "s/^/$colour\\//"
done
section links
for colour in blue green; do
  [ ! -L $home/colours/$colour/release ] || printf '%s %s\\n' $colour "$(readlink $home/colours/$colour/release)"
done
for folder in . releases shared shared/env shared/dependencies shared/configuration repo.git/worktrees; do
  section "$folder"
  ls -A $home/$folder 2>/dev/null
done
section refs
runuser -u tiny -- git -C $home/repo.git for-each-ref --format='%(refname:lstrip=2)'
section repository
find $home/repo.git -name '*.lock' -o -name 'tmp_*'
section history
cat $home/shared/history.jsonl
section processes
for process in /proc/[0-9]*; do
  [ "$(stat -c %U $process 2>/dev/null)" = tiny ] || continue
  printf '%s %s %s\\n' "\${process#/proc/}" "$(readlink $process/cwd)" "$(tr '\\0' ' ' <$process/cmdline)"
done
section ports
ss -Hltn | awk '{ print $4 }' | sed 's/.*://' | sort -u
section supervisor
supervisorctl status
section built
cat $home/shared/built 2>/dev/null
section worker
tail -n 20 $home/shared/home/journal
section twice
grep -c ^twice $home/shared/home/journal
section state
ls -A $state
find $state -name '*.new' -o -name input
section temporary
ls -A /tmp | grep -v ^systemd-private
section others
ps -eo user=,pid=,ppid=,args= | awk -v own=$$ '$1 != "tiny" && $2 != own && $3 != own'
exit 0
`;

/** The script's output: sections of lines. */
const tracesSchema = z.record(
  z.enum([
    'lock',
    'live',
    'colours',
    'links',
    '.',
    'releases',
    'shared',
    'shared/env',
    'shared/dependencies',
    'shared/configuration',
    'repo.git/worktrees',
    'refs',
    'repository',
    'history',
    'processes',
    'ports',
    'supervisor',
    'built',
    'worker',
    'twice',
    'state',
    'temporary',
    'others',
  ]),
  z.array(z.string()),
);
type Traces = z.infer<typeof tracesSchema>;

/** The fields that are read from a line of the history. */
const deploymentSchema = z.object({ release: z.string(), outcome: z.string() });

/** The visible state of a host. */
async function readTraces(host: NspawnHost): Promise<Traces> {
  const sections: Record<string, string[]> = {};
  let lines: string[] = [];
  for (const line of (await onHost(host, SCRIPT)).split('\n')) {
    const [, name] = /^== (.*)$/.exec(line) ?? [];
    if (name !== undefined) sections[name] = lines = [];
    else if (line !== '') lines.push(line);
  }
  return tracesSchema.parse(sections);
}

/** The permanent processes of a host: each program's words. */
function programs({ others }: Traces): readonly string[] {
  return others
    .map((line) => line.trim().split(/\s+/).slice(3).join(' '))
    .filter(
      (args) =>
        !/^(sshd(-session|-auth)?: |\(sd-pam\)|\/lib\/systemd\/systemd( |-)|\(|\[|nginx: worker)/.test(
          args,
        ),
    );
}

/** The state of a healthy host, to compare with later. */
export interface Baseline {
  readonly programs: readonly string[];
  readonly temporary: readonly string[];
  readonly home: readonly string[];
  readonly state: readonly string[];
}

export async function baseline(host: NspawnHost): Promise<Baseline> {
  const traces = await readTraces(host);
  return {
    programs: programs(traces),
    temporary: traces.temporary,
    home: traces['.'],
    state: traces.state,
  };
}

/**
 * Looks for things that don't belong on a host after a deployment.
 *
 * @param before whether the release that the last deployment replaced may be one that was cut
 *   off: it had the traffic by then, and is kept as long as it might get it back.
 * @returns sentences; none when all is correct.
 */
export async function leftovers(
  host: NspawnHost,
  normal: Baseline,
  { before = false } = {},
): Promise<readonly string[]> {
  const end = performance.now() + END_TIMEOUT_MILLISECONDS;
  for (;;) {
    const problems = judge(await readTraces(host), normal, before);
    if (problems.length === 0 || performance.now() > end) return problems;
    await sleep(250);
  }
}

/** The ports of each colour. */
const PORTS: Readonly<Record<string, readonly string[]>> = {
  blue: ['3000', '3001'],
  green: ['3100', '3101'],
};

function judge(traces: Traces, normal: Baseline, before: boolean): readonly string[] {
  const problems: string[] = [];
  const same = (what: string, actual: readonly string[], expected: readonly string[]): void => {
    const is = [...actual].sort().join(' ');
    const should = [...expected].sort().join(' ');
    if (is !== should) problems.push(`${what}: ${is || 'none'}, expected ${should || 'none'}`);
  };
  const live = traces.live[0]?.replace('colours/', '') ?? '';
  const link = traces.links.find((line) => line.startsWith(live)) ?? '';
  const release = link.replace(/.*\/releases\//, '');

  same('lock held', traces.lock, []);
  same('colours', traces.colours, [`${live}/bin`, `${live}/release`, 'green/green']);
  same(
    'listening',
    traces.ports.filter((port) => Object.values(PORTS).flat().includes(port)),
    PORTS[live] ?? [],
  );
  const processes = traces.processes.map((line) => line.split(' ').slice(1).join(' ').trim());
  same(
    'processes of the user',
    processes,
    ['serve.mjs page', 'serve.mjs api', 'work.mjs'].map(
      (words) => `/srv/tiny/releases/${release} node ${words}`,
    ),
  );
  const states = traces.supervisor.map((line) => line.split(/\s+/).slice(0, 2).join(' '));
  same(
    'running in Supervisor',
    states.filter((state) => state.endsWith(' RUNNING')),
    [`tiny-${live}:api`, `tiny-${live}:page`, `tiny-${live}-workers:jobs`].map(
      (name) => `${name} RUNNING`,
    ),
  );
  same(
    'trying in Supervisor',
    states.filter((state) => !/ (RUNNING|STOPPED|EXITED)$/.test(state)),
    [],
  );

  same('workers that found another one', traces.twice, ['0']);
  if (!(traces.worker.at(-1) ?? '').endsWith(` ${release}`)) {
    problems.push(
      `the worker of ${release} does not work: ${traces.worker.at(-1) ?? 'no journal'}`,
    );
  }

  const history = traces.history.map((line) => deploymentSchema.parse(JSON.parse(line)));
  const last = history.findLast(({ outcome }) => outcome === 'good');
  if (last?.release !== release) {
    problems.push(`history: the last good release is ${String(last?.release)}, live is ${release}`);
  }
  const good = [
    ...new Set(
      history
        .filter(({ outcome }) => outcome === 'good')
        .map((each) => each.release)
        .reverse(),
    ),
  ];
  // Pruned before the newest is known to be good: one more than are kept.
  const known = good.slice(0, KEEP + 1);
  const replaced = history.at(-2);
  if (before && replaced) known.push(replaced.release);
  // What a release that failed has built, for the next deployment of its commit.
  const kept = traces.built[0] ?? '';
  for (const folder of traces.releases) {
    if (!known.includes(folder) && folder !== kept)
      problems.push(`releases/${folder} belongs to no good release`);
  }
  for (const one of good.slice(0, KEEP)) {
    if (!traces.releases.includes(one)) problems.push(`the good release ${one} is gone`);
  }
  // Git keeps those of builds that failed until the next deployment that succeeds.
  const failed = history.at(-1)?.outcome === 'failed' ? history.map((each) => each.release) : [];
  const present = (all: readonly string[]): readonly string[] =>
    all.filter((id) => traces.releases.includes(id) || !failed.includes(id));
  same('refs', present(traces.refs), traces.releases);
  same('worktrees', present(traces['repo.git/worktrees']), traces.releases);
  const runnable = traces.releases.filter((id) => id !== kept);
  same(
    'start files',
    traces['shared/env'].filter((name) => !name.startsWith('.')),
    runnable.flatMap((id) => [
      id,
      ...['api', 'command.sh', 'jobs', 'page'].map((name) => `${id}.${name}`),
    ]),
  );
  same('configuration', traces['shared/configuration'], runnable);
  const keys = traces['shared/dependencies'].filter((name) => name.endsWith('.key'));
  same(
    'dependencies',
    traces['shared/dependencies'].filter(
      (name) => !keys.includes(name) && !/^[0-9a-f]{64}$/.test(name),
    ),
    [],
  );
  for (const key of keys) {
    if (!traces.releases.includes(key.replace('.key', '')))
      problems.push(`dependencies/${key} is of no release`);
  }
  same('home', traces['.'], normal.home);
  same(
    'shared',
    // There after a migration that succeeded, and after a release that failed once it was built.
    traces.shared.filter((name) => name !== 'migrated' && name !== 'built'),
    ['configuration', 'dependencies', 'env', 'history.jsonl', 'home', 'npm-cache', 'tasks.lock'],
  );
  same('unfinished in the repository', traces.repository, []);
  same('state', traces.state, normal.state);
  same('temporary files', traces.temporary, normal.temporary);
  same(
    'programs left',
    programs(traces).filter((args) => !normal.programs.includes(args)),
    [],
  );
  return problems;
}
