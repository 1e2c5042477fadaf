import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  hostKey,
  installPrerequisites,
  startHost,
  type Report,
  type SandboxHost,
} from '@fairness-deploy/sandbox';
import { WORKSPACE } from '../install.mjs';
import { endOf } from '../lab/child.mjs';
import { PROGRAM, runCommand } from '../lab/command.mjs';
import { stopHosts } from '../lab/hosts.mjs';

/** The only environment of a workspace. */
export const ENVIRONMENT = 'acceptance';

/** A workspace as a user has it, with one environment on a host of the sandbox. */
export interface Workspace {
  readonly folder: string;
  readonly say: Report;
  /** Replaces a text in the application's environment file. @throws Error when it isn't there. */
  edit(from: string, to: string): void;
  /** Encrypts a secret, by the command for it. */
  setSecret(name: string, value: string): Promise<void>;
  /** Boots a bare host. */
  boot(): Promise<SandboxHost>;
  provision(): Promise<void>;
  close(): Promise<void>;
}

/** Where an application comes from, and the text of its environment file. */
export interface Source {
  readonly name: string;
  /** The clone that is deployed. */
  readonly repository: string;
  readonly environment: string;
  /** Further keys of the environment that extends it. */
  readonly own?: Readonly<Record<string, unknown>>;
}

/**
 * Makes a workspace in tmp, which Nx and git don't look into. Its environment extends the
 * application's file by what only the sandbox needs.
 */
export async function openWorkspace(
  { name, repository, environment, own: extra = {} }: Source,
  say: Report,
): Promise<Workspace> {
  await installPrerequisites(say);
  const folder = join(realpathSync(WORKSPACE), 'tmp', 'acceptance', name);
  const environments = join(folder, 'environments');
  const shared = join(environments, 'application.yaml');
  // The rest of a run that was killed.
  await stopHosts(folder);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(environments, ENVIRONMENT), { recursive: true });
  copyFileSync(join(WORKSPACE, 'nx.json'), join(folder, 'nx.json'));
  writeFileSync(shared, environment);
  writeFileSync(join(environments, 'vault-password'), randomBytes(24).toString('base64url'), {
    mode: 0o600,
  });
  const own = {
    ...extra,
    extends: '../application.yaml',
    hosts: { web: {} },
    sandbox: {},
    release: { repository },
    ...onMirror(environment),
  };
  writeFileSync(
    join(environments, ENVIRONMENT, 'environment.yaml'),
    JSON.stringify(own, undefined, 2),
  );
  return {
    folder,
    say,
    edit: (from, to) => {
      replaceIn(shared, from, to);
    },
    setSecret: (secret, value) => setSecret(folder, secret, value),
    boot: () => startHost(hostKey(ENVIRONMENT, 'web', folder)),
    provision: async () => {
      await runCommand({ folder }, ['provision', ENVIRONMENT, '--yes']);
    },
    close: async () => {
      say('taking the host down');
      try {
        await stopHosts(folder);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/** What the sandbox needs for Node.js: its hosts reach the package registries only. */
function onMirror(environment: string): object {
  const [, version] = /^ {2}node: *([^#\n]*)/m.exec(environment) ?? [];
  if (version === undefined) return {};
  const node = {
    mirror: 'http://gateway.sandbox.internal:48080',
    // A version alone is no map, which could be extended.
    ...(!version.startsWith('{') && { version: version.trim() }),
  };
  return { application: { node } };
}

/** Replaces a text that a file has once. @throws Error when the file does not have it. */
export function replaceIn(file: string, from: string, to: string): void {
  const before = readFileSync(file, 'utf8');
  if (before.split(from).length !== 2) {
    throw new Error(`Cannot change ${file}: it does not have this text once: ${from}`);
  }
  writeFileSync(
    file,
    before.replace(from, () => to),
  );
}

async function setSecret(folder: string, name: string, value: string): Promise<void> {
  const command = spawn(
    process.execPath,
    [PROGRAM, 'secrets-set', ENVIRONMENT, '--name', name, '--format', 'ansible-vault'],
    { cwd: folder, stdio: ['pipe', 'ignore', 'pipe'], env: process.env },
  );
  command.stdin.end(`${value}\n`);
  const [status, errors] = await Promise.all([endOf(command), text(command.stderr)]);
  if (status !== 0) throw new Error(`secrets-set ended with ${String(status)}: ${errors}`);
}
