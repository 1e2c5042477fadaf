import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readRegularFile } from '@fairness-deploy/shell/client';
import { HintedError } from '@fairness-deploy/shell/text';

/** Vagrant's own state of the machines of a Vagrantfile (VAGRANT_DOTFILE_PATH). */
export function stateFolder(folder: string, env: NodeJS.ProcessEnv = process.env): string {
  return resolve(folder, env['VAGRANT_DOTFILE_PATH'] ?? '.vagrant');
}

/**
 * The file of a VM's pinned host keys. It is in Vagrant's own folder of the VM, which Vagrant empties when it
 * destroys the VM, and its name holds the VM's id: another VM of the same name has another file.
 *
 * @throws HintedError when Vagrant has no VM of that name, or several.
 */
export function knownHostsFileOf(folder: string, machine: string): string {
  const own = join(stateFolder(folder), 'machines', machine);
  const providers = existsSync(own) ? readdirSync(own).sort() : [];
  const made = providers.filter((provider) => existsSync(join(own, provider, 'id')));
  const [provider, ...others] = made;
  if (provider === undefined || others.length > 0) {
    throw new HintedError(
      `Cannot find the VM "${machine}" in ${own}: ${
        provider === undefined
          ? 'Vagrant keeps no id of it'
          : `there are those of ${made.join(', ')}`
      }`,
      { hint: `see what Vagrant knows: vagrant global-status --prune` },
    );
  }
  const id = readRegularFile(join(own, provider, 'id'), 1024)
    .toString()
    .trim();
  const digest = createHash('sha256').update(id).digest('hex').slice(0, 16);
  return join(own, provider, `known_hosts-${digest}`);
}

/** Keeps Vagrant's state out of git: private keys are in it. A file that is there stays as it is. */
export function ignoreState(folder: string): void {
  const state = stateFolder(folder);
  const file = join(state, '.gitignore');
  if (existsSync(file)) return;
  mkdirSync(state, { recursive: true });
  writeFileSync(file, '*\n');
}
