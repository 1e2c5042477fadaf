import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Report } from '@fairness-deploy/sandbox';
import { runCommand, startCommand } from '../lab/command.mjs';
import { openLab } from './lab.mjs';
import { onHost } from '../lab/on-host.mjs';
import { type Found } from './part.mjs';
import { addTiny } from './tiny.mjs';
import { baseline, leftovers } from './traces.mjs';
import { wholeSite } from './visitor.mjs';

const ENVIRONMENT = 'lock';

/** Milliseconds until all but one must have given up. */
const GIVE_UP_TIMEOUT_MILLISECONDS = 240_000;

/** The message that the refused deployments must show. */
const HELD =
  /^Cannot change web: another job holds the lock: deploy [0-9a-f]{10} by \S+@\S+, since \d{4}-\d\d-\d\d \d\d:\d\d/m;

/** How many are started. */
const COUNT = 50;

export interface LockFound extends Found {
  /** How many of them did what. */
  readonly ran: number;
  readonly refused: number;
  readonly others: number;
  /** The message of the refused deployments. */
  readonly told: string | undefined;
  readonly seconds: number;
}

/** Starts many deployments at once: one runs, the others say who holds the lock. */
export async function testLock({ say }: { readonly say: Report }): Promise<LockFound> {
  const lab = await openLab('lock', say);
  try {
    const { workspace } = lab;
    const commit = addTiny(workspace, ENVIRONMENT, { health: { settle: 0.5 } });
    commit();
    const host = await lab.provisioned(ENVIRONMENT);
    await runCommand(workspace, ['deploy', ENVIRONMENT]);
    const normal = await baseline(host);

    // So many clients on one machine take turns: none of them is as quick as on its own.
    const home = join(workspace.beside, 'home');
    mkdirSync(join(home, '.ssh'), { recursive: true });
    writeFileSync(join(home, '.ssh', 'config'), 'ConnectTimeout 90\n');

    // It runs until the test ends it: late clients must find it running too.
    const next = commit({ build: 'waits' });
    say(`${String(COUNT)} deployments at once`);
    let left = COUNT;
    const deployments = Array.from({ length: COUNT }, async () => {
      const command = ['deploy', ENVIRONMENT];
      const end = await startCommand(workspace, command, undefined, { HOME: home }).ended;
      left -= 1;
      return end;
    });
    const since = performance.now();
    while (left > 1 && performance.now() - since < GIVE_UP_TIMEOUT_MILLISECONDS) await sleep(100);
    const seconds = (performance.now() - since) / 1000;
    say(`${String(COUNT - left)} have ended after ${seconds.toFixed(0)} s`);
    await onHost(host, 'touch /run/tiny-go\n');
    const ends = await Promise.all(deployments);

    const ran = ends.filter(({ status }) => status === 0);
    const refused = ends.filter(({ status, said }) => status === 1 && HELD.test(said));
    const others = ends.filter((end) => !ran.includes(end) && !refused.includes(end));
    const problems = [
      ...(ran.length === 1 ? [] : [`${String(ran.length)} ran`]),
      ...(refused.length === COUNT - 1
        ? []
        : [`${String(refused.length)} said who holds the lock`]),
      ...new Set(others.map(({ status, said }) => `one ended with ${String(status)}: ${said}`)),
    ];
    const served = await wholeSite(host.address, 3);
    if (served !== next) problems.push(`the site serves ${served ?? 'nothing whole'}`);
    problems.push(...(await leftovers(host, normal)));
    return {
      problems,
      ran: ran.length,
      refused: refused.length,
      others: others.length,
      told: refused[0]?.said,
      seconds,
    };
  } finally {
    await lab.close();
  }
}
