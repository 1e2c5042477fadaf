import { runCommand, startCommand } from '../lab/command.mjs';
import { openLab } from './lab.mjs';
import { onHost } from '../lab/on-host.mjs';
import { problemsOf, type Found, type PartOptions } from './part.mjs';
import { addTiny } from './tiny.mjs';
import { type Behaviour } from './tiny/behaviour.mjs';
import { baseline, leftovers } from './traces.mjs';
import { visit, wholeSite, wrongAnswers } from './visitor.mjs';

const ENVIRONMENT = 'bad';

interface Case {
  readonly name: string;
  readonly behaviour: Behaviour;
  /** The message that the user must see; undefined for a good release. */
  readonly shows?: RegExp;
  /** It fails once it has the traffic, and so has answered visitors. */
  readonly hadTraffic?: true;
  /** It takes half a minute. */
  readonly slow?: boolean;
}

const CASES: readonly Case[] = [
  {
    name: 'its build fails',
    behaviour: { build: 'fails' },
    shows: /the build failed as it was told to/,
  },
  {
    name: 'it dies at once',
    behaviour: { start: 'dies' },
    shows: /it died at once, as it was told to/,
  },
  {
    name: 'it dies after 3 s',
    behaviour: { start: 'dies later' },
    shows: /it died later, as it was told to/,
  },
  {
    name: 'its worker dies at once',
    behaviour: { worker: 'dies at once' },
    shows: /the worker died at once, as it was told to/,
    hadTraffic: true,
  },
  {
    name: 'its worker dies while it settles',
    behaviour: { worker: 'dies later' },
    shows: /the worker died later, as it was told to/,
    hadTraffic: true,
  },
  {
    name: 'its migration fails',
    behaviour: { migrate: 'fails' },
    shows: /the migration failed as it was told to/,
  },
  {
    name: 'its migration hangs',
    behaviour: { migrate: 'hangs' },
    shows: /migrating\n.*it was ended after 5 s/,
  },
  {
    name: 'the disk is full while it is installed',
    behaviour: { install: 'fill' },
    shows: /ENOSPC/,
  },
  {
    name: 'it never answers',
    behaviour: { health: 'hangs' },
    shows: /does not answer, after 30 s/,
    slow: true,
  },
  {
    name: 'it answers 500',
    behaviour: { health: 'fails' },
    shows: /answers 500, not 200, after 30 s/,
    slow: true,
  },
  { name: 'it answers only after 20 s', behaviour: { answersAfter: 20 }, slow: true },
];

/** The application's home gets a disk of its own, small enough to be filled. */
const SMALL_DISK = `
set -e
mkdir /run/home
cp -a /srv/tiny/. /run/home
mount -t tmpfs -o size=32m,mode=0755 tmpfs /srv/tiny
cp -a /run/home/. /srv/tiny
rm -r /run/home
`;

export interface BadReleasesFound extends Found {
  readonly results: readonly object[];
}

/** Deploys bad releases while the site is visited; `short` without the slow ones. */
export async function testBadReleases({ say, short }: PartOptions): Promise<BadReleasesFound> {
  const lab = await openLab('bad', say);
  try {
    const { workspace } = lab;
    const commit = addTiny(workspace, ENVIRONMENT, { migrateTimeout: 5 });
    let live = commit();
    const host = await lab.provisioned(ENVIRONMENT);
    await onHost(host, SMALL_DISK);
    await runCommand(workspace, ['deploy', ENVIRONMENT]);
    const normal = await baseline(host);
    const results = [];
    for (const { name, behaviour, shows, hadTraffic = false } of CASES.filter(
      (one) => !short || !one.slow,
    )) {
      const old = live;
      const next = commit(behaviour);
      const visits = visit(host.address);
      const { status, said, seconds } = await startCommand(workspace, ['deploy', ENVIRONMENT])
        .ended;
      const answers = await visits.stop();
      const good = shows === undefined;
      const expected = good ? next : old;
      const problems = [...wrongAnswers(answers, [old, hadTraffic ? next : expected])];
      if (status !== (good ? 0 : 1))
        problems.push(`the deploy ended with ${String(status)}: ${said}`);
      else if (shows && !shows.test(said)) problems.push(`it does not show the cause: ${said}`);
      const serves = await wholeSite(host.address, 3);
      if (serves !== expected) problems.push(`the site serves ${serves ?? 'nothing whole'}`);
      live = serves ?? old;
      problems.push(...(await leftovers(host, normal)));
      say(
        `${name}: ${problems.length === 0 ? 'pass' : `FAIL ${problems.join('; ')}`} (${seconds.toFixed(1)} s, ${String(answers.length)} answers)`,
      );
      results.push({ name, status, seconds, answers: answers.length, said, problems });
    }
    return { results, problems: problemsOf(results) };
  } finally {
    await lab.close();
  }
}
