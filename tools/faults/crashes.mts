import { setTimeout as sleep } from 'node:timers/promises';
import { type NspawnHost } from '@fairness-deploy/sandbox';
import { runCommand, startCommand, type CommandEnd } from '../lab/command.mjs';
import { onHost } from '../lab/on-host.mjs';
import { openLab } from './lab.mjs';
import { problemsOf, type Found, type PartOptions } from './part.mjs';
import { addTiny } from './tiny.mjs';
import { type Behaviour } from './tiny/behaviour.mjs';
import { visit, wholeSite } from './visitor.mjs';

const ENVIRONMENT = 'crashes';

/** Seconds until the site must be whole again once the obstacle is gone. */
const RECOVERY_TIMEOUT_SECONDS = 60;

/** Milliseconds until a certain event must have happened. */
const EVENT_TIMEOUT_MILLISECONDS = 120_000;

/** A process of the application can't start while this is there, as if its database were away. */
const AWAY = '/run/tiny-away';
const KILL_ALL = 'pkill -9 -u tiny -f serve.mjs';

/** Prints the process of a service. */
const mainOf = (service: string): string => `systemctl show -p MainPID --value ${service}\n`;

/** Fails unless the application's processes run, and all are Supervisor's own children. */
const NO_ORPHANS = `
main=$(${mainOf('supervisor').trim()})
pids=$(pgrep -u tiny -f serve.mjs) || { echo 'no process of the application runs'; exit 1; }
for pid in $pids; do
  parent=$(cut -d ' ' -f 4 /proc/$pid/stat)
  [ "$parent" = "$main" ] || { echo "process $pid is nobody's: its parent is $parent, Supervisor is $main"; exit 1; }
done
`;

/** Kills a service's process, and waits until systemd has started another one. */
async function kill(host: NspawnHost, service: string): Promise<void> {
  const before = await onHost(host, mainOf(service));
  await onHost(host, `kill -9 ${before}`);
  await until(async () => {
    const now = await onHost(host, mainOf(service));
    return now.trim() !== '0' && now !== before;
  });
}

/** The context of a case. */
interface Site {
  readonly host: NspawnHost;
  /** Waits until the site answers as one release and gives its commit. */
  readonly whole: () => Promise<string | undefined>;
  /** These run the commands. */
  readonly deploy: (...more: readonly string[]) => Promise<CommandEnd>;
  readonly provision: () => Promise<CommandEnd>;
}

interface Case {
  readonly name: string;
  readonly quick?: boolean;
  /** Of a commit that is there to be deployed. */
  readonly behaviour?: Behaviour;
  /**
   * Returns the release that the site serves at the end, which must be the one before, and further
   * errors.
   */
  readonly run: (site: Site) => Promise<{
    readonly serves: string | undefined;
    readonly problems?: readonly string[];
  }>;
}

/** What crashes. */
const CASES: readonly Case[] = [
  {
    name: 'a process is killed and cannot start for a while',
    async run({ host, whole }) {
      await onHost(host, `touch ${AWAY}; ${KILL_ALL}`);
      // Long after Supervisor's own three tries.
      await until(async () => {
        const log = await onHost(
          host,
          "grep -hc '^Error: its database is away' /var/log/tiny/page-*.log || :\n",
        );
        return log.split('\n').some((count) => Number(count) >= 6);
      });
      await onHost(host, `rm ${AWAY}\n`);
      return { serves: await whole() };
    },
  },
  {
    name: 'its processes are stopped by hand, and provision starts them',
    async run({ host, whole, provision }) {
      await onHost(host, 'supervisorctl stop tiny-blue:* tiny-green:*\n');
      await provision();
      return { serves: await whole() };
    },
  },
  {
    name: 'its processes are stopped by hand, and deploy of the same commit starts them',
    async run({ host, whole, deploy }) {
      await onHost(host, 'supervisorctl stop tiny-blue:* tiny-green:*\n');
      const end = await deploy();
      return { serves: await whole(), problems: expectStatus(0, end) };
    },
  },
  {
    name: 'the new release dies of its first visitor',
    quick: true,
    behaviour: { start: 'dies of visitors' },
    async run({ whole, deploy }) {
      const end = await deploy();
      return {
        serves: await whole(),
        problems: [
          ...expectStatus(1, end),
          ...(/now it ended by itself|Cannot confirm \w+ at \S+ of the site \w+: asked through nginx/.test(
            end.said,
          )
            ? []
            : [`it does not say why: ${end.said}`]),
        ],
      };
    },
  },
  {
    name: 'supervisord is killed',
    quick: true,
    async run({ host, whole, deploy }) {
      await kill(host, 'supervisor');
      const serves = await whole();
      await onHost(host, NO_ORPHANS);
      const end = await deploy('--force');
      return { serves, problems: expectStatus(0, end) };
    },
  },
  {
    name: "another user asks the page's socket, and would take its place",
    quick: true,
    async run({ host, whole }) {
      await onHost(host, `set -e\n${INTRUDE}`);
      return { serves: await whole() };
    },
  },
  {
    name: 'nginx is killed',
    quick: true,
    async run({ host, whole }) {
      await kill(host, 'nginx');
      return { serves: await whole() };
    },
  },
];

/** Another user's try to reach, or to take the place of, the socket on which the page listens. */
const INTRUDE = `
socket=/srv/tiny/sockets/page-$(basename "$(readlink /srv/tiny/live)").sock
[ -S $socket ]
as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"; }
! as_nobody curl -sS --unix-socket $socket http://localhost/health
! as_nobody rm -f $socket
! as_nobody touch /srv/tiny/sockets/other
setpriv --reuid=www-data --regid=www-data --clear-groups -- curl -sSf --unix-socket $socket http://localhost/health
`;

export interface CrashesFound extends Found {
  readonly results: readonly object[];
}

/**
 * Crashes parts of a site, and checks that it recovers by itself, or after a command; `short` the
 * quick ones only.
 */
export async function testCrashes({ say, short }: PartOptions): Promise<CrashesFound> {
  const lab = await openLab('crashes', say);
  try {
    const { workspace } = lab;
    const commit = addTiny(workspace, ENVIRONMENT, {
      health: { settle: 0.5 },
      page: { listen: 'socket' },
    });
    const old = commit();
    const host = await lab.provisioned(ENVIRONMENT);
    await runCommand(workspace, ['deploy', ENVIRONMENT]);
    const results = [];
    for (const { name, behaviour, run } of CASES.filter(({ quick }) => !short || quick)) {
      const next = behaviour && commit(behaviour);
      const visits = visit(host.address);
      const since = performance.now();
      const found = await run({
        host,
        whole: () => wholeSite(host.address, RECOVERY_TIMEOUT_SECONDS),
        deploy: (...more) =>
          startCommand(workspace, [
            'deploy',
            ENVIRONMENT,
            ...more,
            ...(next ? [] : [`--revision=${old}`]),
          ]).ended,
        provision: () => runCommand(workspace, ['provision', ENVIRONMENT, '--yes']),
      });
      const seconds = (performance.now() - since) / 1000;
      const answers = await visits.stop();
      const missed = answers.filter(({ status }) => status !== 200).length;
      const { serves } = found;
      const problems = [
        ...(found.problems ?? []),
        ...(serves === old ? [] : [`the site serves ${serves ?? 'nothing whole'}`]),
      ];
      say(
        `${name}: ${problems.length === 0 ? 'pass' : `FAIL ${problems.join('; ')}`} (${seconds.toFixed(1)} s, ${String(missed)} of ${String(answers.length)} visits in vain)`,
      );
      results.push({ name, seconds, visits: answers.length, missed, problems });
    }
    return { results, problems: problemsOf(results) };
  } finally {
    await lab.close();
  }
}

function expectStatus(expected: number, { status, said }: CommandEnd): readonly string[] {
  return status === expected ? [] : [`the command ended with ${String(status)}: ${said}`];
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + EVENT_TIMEOUT_MILLISECONDS;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('It has not happened in time');
    await sleep(500);
  }
}
