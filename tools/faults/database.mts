import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeApplication } from '../lab/application.mjs';
import { runCommand } from '../lab/command.mjs';
import { withDatabase } from '../lab/environments.mjs';
import { openLab } from './lab.mjs';
import { type Visit } from './load-messages.mjs';
import { type Found, type PartOptions } from './part.mjs';
import { startVisitors } from './visitors.mjs';

const ENVIRONMENT = 'database';

/** Reads a second. */
const READS_PER_SECOND = 100;

/** The work during the visits. */
const SHORT = ['db-backup', 'db-restore', 'db-restore', 'db-drill', 'deploy'] as const;
const LONG = [...SHORT, ...SHORT, ...SHORT, ...SHORT] as const;

export interface DatabaseFound extends Found {
  readonly reads: number;
  readonly failed: number;
  readonly failures: readonly Visit[];
  /** Milliseconds: a read waits while the databases are swapped. */
  readonly longest: number;
  readonly restores: number;
  /** Visits for which there was no time. */
  readonly left: number;
}

/** Backs up, restores, practises and deploys while visitors read from the database. */
export async function testDatabase({ say, short }: PartOptions): Promise<DatabaseFound> {
  const lab = await openLab('database', say);
  try {
    const { workspace } = lab;
    const application = join(workspace.beside, 'application');
    const commit = makeApplication(application);
    workspace.addEnvironment(ENVIRONMENT, withDatabase(application));
    const host = await lab.provisioned(ENVIRONMENT);
    say('its first deploy');
    await runCommand(workspace, ['deploy', ENVIRONMENT]);
    const commands = short ? SHORT : LONG;
    const { address } = host;
    const visitors = startVisitors({ address, rate: READS_PER_SECOND, onlyReads: true });
    try {
      await sleep(1000);
      for (const command of commands) {
        if (command === 'deploy') commit();
        const words = command === 'db-restore' ? ['--yes'] : [];
        const { seconds } = await runCommand(workspace, [command, ENVIRONMENT, ...words]);
        say(`${command} in ${seconds.toFixed(1)} s`);
        await sleep(1000);
      }
    } finally {
      await visitors.stop();
    }
    const { visits, left } = await visitors.answer;
    const failures = visits.filter(({ problem }) => problem !== undefined);
    return {
      problems:
        failures.length === 0
          ? []
          : [`${String(failures.length)} reads failed, such as ${JSON.stringify(failures[0])}`],
      reads: visits.length,
      failed: failures.length,
      failures: failures.slice(0, 50),
      longest: Math.max(...visits.map(({ milliseconds }) => milliseconds)),
      restores: commands.filter((command) => command === 'db-restore').length,
      left,
    };
  } finally {
    await lab.close();
  }
}
