import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StageAuthority } from '@fairness-deploy/core';
import { sh, type Connection } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { HintedError } from '@fairness-deploy/shell/text';
import {
  addName,
  directoryOf,
  dnsHook,
  ROOTS,
  startAuthority,
  TOKEN_VARIABLE,
} from './authority-script.js';

/** Its first start installs packages. */
const START_DEADLINE_SECONDS = 600;

/** A CA that runs, and the root of what it signs. */
export interface RunningAuthority {
  readonly authority: StageAuthority;
  /** On this machine: the PEM file to trust in a browser. */
  readonly issuedRootFile: string;
}

/** What changes the DNS of a CA. */
export function makeToken(): Secret {
  return new Secret('token of the DNS', randomBytes(24).toString('hex'));
}

/** Where the files of a CA are on this machine, whether it runs yet or not. */
export function authorityIn(folder: string, address: string, token: Secret): StageAuthority {
  return {
    hookVariables: { [TOKEN_VARIABLE]: Text.of(token) },
    directory: directoryOf(address),
    rootFile: join(folder, 'directory-root.pem'),
    authHook: join(folder, 'dns-auth.sh'),
    cleanupHook: join(folder, 'dns-cleanup.sh'),
  };
}

/** Writes the files that an environment names, before there is a CA: the environment is checked with them. */
export function writePlaceholders(authority: StageAuthority, pem: string): void {
  writeFileSync(authority.rootFile, pem, { mode: 0o600 });
  for (const file of [authority.authHook, authority.cleanupHook]) {
    writeFileSync(file, '#!/bin/sh\n', { mode: 0o700 });
  }
}

/**
 * Starts a CA on a host of its own.
 *
 * @param address of that host
 * @param names the domains, and the addresses of the hosts that serve them
 * @throws HintedError when it does not start.
 */
export async function startAuthorityOn(
  connection: Connection,
  { folder, address }: { readonly folder: string; readonly address: string },
  names: ReadonlyMap<string, readonly string[]>,
): Promise<RunningAuthority> {
  const token = makeToken();
  const started = await connection.run(startAuthority(address, token), {
    deadline: START_DEADLINE_SECONDS,
  });
  if (started.status !== 0) {
    throw new HintedError(`Cannot start the CA of the rehearsal: ${said(started)}`, {
      hint: 'where it says that a package is missing, see whether this machine gets packages of Debian: apt-get update',
    });
  }
  for (const [name, addresses] of names) {
    const added = await connection.run(addName(name, addresses));
    if (added.status === 0) continue;
    throw new HintedError(`Cannot add ${name} to the DNS of the rehearsal: ${said(added)}`, {
      hint: 'try again; with --keep, the host of the CA stays: journalctl -u authority-dns',
    });
  }
  const authority = authorityIn(folder, address, token);
  const issuedRootFile = join(folder, 'ca.pem');
  writeFileSync(authority.rootFile, await read(connection, ROOTS.directory), { mode: 0o600 });
  writeFileSync(issuedRootFile, await read(connection, ROOTS.issued), { mode: 0o600 });
  writeFileSync(authority.authHook, dnsHook(address, 'set-txt'), { mode: 0o700 });
  writeFileSync(authority.cleanupHook, dnsHook(address, 'clear-txt'), { mode: 0o700 });
  return { authority, issuedRootFile };
}

async function read(connection: Connection, path: string): Promise<string> {
  const file = await connection.run(sh`cat -- ${path}`);
  if (file.status !== 0 || file.stdout.length === 0) {
    throw new HintedError(`Cannot read the root of the rehearsal's CA: ${said(file)}`, {
      hint: 'try again; with --keep, the host of the CA stays: journalctl -u authority',
    });
  }
  return file.stdout.toString();
}

function said({ status, stderr }: { readonly status: number; readonly stderr: string }): string {
  return stderr.trim() || `it ended with status ${String(status)} and printed nothing`;
}
