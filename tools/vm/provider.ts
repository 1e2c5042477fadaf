/** Vagrant with one of its providers on this machine, for a test: all of it is gone afterwards. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '@fairness-deploy/sandbox/testing';
import { execute } from './execute.js';
import { UndoList } from './undo-list.js';

/** The name of the box that is made. */
const BOX = 'fairness-deploy-test';

/** One of Vagrant's providers. */
export interface TestProvider {
  readonly name: 'lxc' | 'libvirt';
  /** What `vagrant status` says of a machine that was shut down. */
  readonly halted: string;
  /**
   * Makes a box, and starts what the provider needs.
   *
   * @param home for files
   * @param undo what ends it
   */
  readonly prepare: (home: string, undo: UndoList) => Promise<PreparedProvider>;
}

/** A provider that can start machines. */
export interface PreparedProvider {
  /** The file of its box. */
  readonly box: string;
  /** What Vagrant needs besides to find the provider. */
  readonly variables: Readonly<Record<string, string>>;
}

/** What a test gets. */
export interface TestVagrant {
  /** A folder that is removed afterwards: Vagrant's own. */
  readonly home: string;
  /** For all that calls Vagrant. */
  readonly variables: Readonly<Record<string, string>>;
  /** For all that the test does on this machine. */
  readonly undo: UndoList;
}

/** Removes a folder, also when something is still mounted in it. */
const REMOVE = `
awk -v folder="$0/" 'index($2, folder) == 1 { print $2 }' /proc/self/mounts | sort -r | xargs -r -n 1 umount
losetup --noheadings --output NAME,BACK-FILE | awk -v folder="$0/" 'index($2, folder) == 1 { print $1 }' |
  xargs -r -n 1 losetup --detach
rm -rf --one-file-system "$0"`;

/**
 * Prepares a provider, and ends it afterwards. One test at a time has Vagrant on this machine. What a killed
 * one has left is removed first.
 */
export function withVagrant(
  provider: TestProvider,
  use: (vagrant: TestVagrant) => Promise<void>,
): Promise<void> {
  return withLock('vagrant-of-tests', async () => {
    const undo = new UndoList();
    undo.run();
    const home = mkdtempSync(join(tmpdir(), 'vagrant-home-'));
    try {
      undo.add(['sh', '-c', REMOVE, home]);
      const { box, variables: own } = await provider.prepare(home, undo);
      const variables = {
        ...{ VAGRANT_HOME: home, VAGRANT_CHECKPOINT_DISABLE: '1' },
        ...{ VAGRANT_DEFAULT_PROVIDER: provider.name, FAIRNESS_DEPLOY_BOX: BOX, ...own },
      };
      execute('vagrant', ['box', 'add', '--name', BOX, box], variables);
      await use({ home, variables, undo });
    } finally {
      undo.run();
    }
    const left = spawnSync('pgrep', ['--list-full', '--full', `${home}/`], { encoding: 'utf8' });
    if (left.stdout !== '') throw new Error(`These processes are left:\n${left.stdout}`);
  });
}
