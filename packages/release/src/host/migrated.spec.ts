import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deploymentOf } from '../testing/entry.js';
import { temporaryFolder } from '../testing/temporary-repository.js';
import { beginEntry, concludeEntry } from './history.js';
import { parseEntry, type HistoryEntry } from './history-entry.js';
import { defineApplied, recordMigrated } from './migrated.js';

const filesIn = (folder: string) => ({
  history: join(folder, 'history'),
  pending: join(folder, 'pending'),
});

const run = (script: Script, env: NodeJS.ProcessEnv = {}): void => {
  execFileSync('dash', ['-eus'], {
    input: script.reveal(),
    env: { PATH: process.env['PATH'], ...env },
  });
};

/** What a migration leaves that found the names in one file, and left those in the other. */
const migrate = (files: { readonly pending: string }, before: Script, after: Script): Script =>
  lines(
    defineApplied(before),
    sh`fd_before=$(fd_applied || echo unknown)`,
    defineApplied(after),
    sh`fd_after=$(fd_applied || echo unknown) fd_seconds=1.50`,
    recordMigrated(files, deploymentOf().release),
  );

const conclude = (folder: string): HistoryEntry | undefined => {
  const steps = join(folder, 'steps');
  writeFileSync(steps, '');
  const env = { FD_STEPS: steps, FD_FAILED: '0', FD_CANCELLED: '0' };
  run(concludeEntry(filesIn(folder), deploymentOf(), []), env);
  return lastEntry(folder);
};

const lastEntry = (folder: string): HistoryEntry | undefined =>
  readFileSync(join(folder, 'history'), 'utf8').trimEnd().split('\n').flatMap(parseEntry).at(-1);

describe('the record of a migration', () => {
  it('has what is new, in the order of the database, and goes with its deployment', () => {
    const folder = temporaryFolder();
    const files = filesIn(folder);
    run(beginEntry(files, deploymentOf()));
    run(migrate(files, sh`printf 'b\na\n'`, sh`printf 'b\na\nd\nc\n'`));
    expect(conclude(folder)?.migrated).toEqual({ seconds: 1.5, names: ['d', 'c'], count: 2 });
    // The next one does not take it for its own.
    run(beginEntry(files, deploymentOf()));
    expect(conclude(folder)).not.toHaveProperty('migrated');
  });

  it('is kept of a deployment that was cut off', () => {
    const folder = temporaryFolder();
    const files = filesIn(folder);
    run(beginEntry(files, deploymentOf()));
    run(migrate(files, sh`:`, sh`printf 'a\n'`));
    run(beginEntry(files, deploymentOf({ release: '20261124-101502-3f2a1bc' })));
    expect(lastEntry(folder)).toMatchObject({
      outcome: 'interrupted',
      migrated: { names: ['a'], count: 1 },
    });
  });

  it('has no names when they could not be read before or after', () => {
    const folder = temporaryFolder();
    const files = filesIn(folder);
    run(beginEntry(files, deploymentOf()));
    run(migrate(files, sh`printf 'a\n'; exit 3`, sh`printf 'a\n'`));
    expect(conclude(folder)?.migrated).toEqual({ seconds: 1.5 });
  });

  it('names the first ones of many, and counts all', () => {
    const folder = temporaryFolder();
    const files = filesIn(folder);
    run(beginEntry(files, deploymentOf()));
    run(migrate(files, sh`:`, sh`seq 1000`));
    const { names, count } = conclude(folder)?.migrated ?? {};
    expect(names).toHaveLength(50);
    expect(count).toBe(1000);
  });

  it('keeps any name apart from the line of the history', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 300 })), (names) => {
        const folder = temporaryFolder();
        const files = filesIn(folder);
        writeFileSync(join(folder, 'names'), names.map((name) => `${name}\n`).join(''));
        run(beginEntry(files, deploymentOf()));
        run(migrate(files, sh`:`, sh`cat ${join(folder, 'names')}`));
        const entry = conclude(folder);
        expect(entry).toMatchObject({ outcome: 'good', release: deploymentOf().release });
        const lines = new Set(names.join('\n').replaceAll('\0', '').split('\n'));
        lines.delete('');
        expect(entry?.migrated?.count).toBe(lines.size);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps names of letters as they are', () => {
    const folder = temporaryFolder();
    const files = filesIn(folder);
    const names = ['0001_größe', "it's", '$(id)', '"', '\\', '%s', 'a b', '-n', '日本'];
    writeFileSync(join(folder, 'names'), names.join('\n'));
    run(beginEntry(files, deploymentOf()));
    run(migrate(files, sh`:`, sh`cat ${join(folder, 'names')}`));
    expect(conclude(folder)?.migrated?.names).toEqual(names);
  });

  it('is a script without fault', async () => {
    await checkShell(migrate(filesIn('/srv/shop/shared'), sh`:`, sh`:`));
  });
});
