import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runScript } from '@fairness-deploy/core/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { accepts } from '../../system/accepts.js';
import type { AcmeProblem } from './acme-problem.js';
import { AcmeRelay, type AcmeResource } from './acme-relay.js';
import { makeOwnAuthority, type OwnAuthority } from '../openssl-authority.js';
import { type AuthorityOptions, pebbleConfiguration, pebbleVariables, PORTS } from './pebble.js';
import { dnsManagement, type IssuedCertificate, pebbleManagement } from './pebble-management.js';
import { type Program, startProgram, stopProgram, waitForProgram } from '../background-program.js';

/**
 * An ACME server (Debian's pebble) and its DNS. They listen on an address of this machine, which hosts
 * of the sandbox reach. The server validates names by http-01 on port 80, and by dns-01.
 */
export interface TestAuthority {
  /** The URL of the ACME directory. */
  readonly directory: string;
  /** On this machine: the PEM file of the root that signs the directory's own TLS certificate. */
  readonly certificateFile: string;
  /** The address of its DNS, on port 53. It knows the names that resolve() was called with. */
  readonly nameserver: string;
  /**
   * Where a hook for dns-01 sets TXT records, also from hosts: POST `set-txt` with
   * `{"host": "_acme-challenge.example.org.", "value": "…"}`, and `clear-txt` with `{"host": …}`.
   */
  readonly dnsManagement: string;
  /** PEM of the root that signs what it issues: another one at each start. */
  root(): Promise<string>;
  /** Lets a name have this address alone, or none. */
  resolve(name: string, address: string | undefined): Promise<void>;
  /**
   * Makes a host ask this DNS for all names that its /etc/hosts hasn't.
   *
   * @throws Error when the host can't be changed.
   */
  useDns(connection: Connection): Promise<void>;
  /** Refuses connections to the directory and all of ACME, with what it has issued kept. */
  down(): Promise<void>;
  /** Answers again. */
  up(): Promise<void>;
  /** Answers each request for a resource with a problem; as usual again without one. */
  refuse(resource: AcmeResource, problem: AcmeProblem | undefined): void;
  /** How many requests there have been for a resource, refused ones as well. */
  requests(resource: AcmeResource): number;
  /**
   * @param serial in hexadecimal digits, as openssl prints it
   * @returns undefined when it has issued no such certificate.
   */
  issued(serial: string): Promise<IssuedCertificate | undefined>;
  stop(): Promise<void>;
}

/** Makes the root of the directory's own TLS in the folder of an authority, unless it is there. */
export const makeDirectoryAuthority = (folder: string): Promise<OwnAuthority> =>
  makeOwnAuthority(folder, 'Root of the ACME directory');

/** Where an authority is. */
export interface AuthorityPlace {
  /** An address of this machine that hosts reach. */
  readonly address: string;
  /** The name that hosts know the address by; default: none. */
  readonly name?: string;
  /** For its files. */
  readonly folder: string;
}

/** Starts an authority, which ends with this process in every case. */
export async function startAuthority(
  place: AuthorityPlace,
  options: AuthorityOptions = {},
): Promise<TestAuthority> {
  const programs: Program[] = [];
  const stop = async (): Promise<void> => {
    for (const program of programs) await stopProgram(program);
  };
  try {
    return await start(place, programs, stop, options);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  { address, name, folder }: AuthorityPlace,
  programs: Program[],
  stop: () => Promise<void>,
  options: AuthorityOptions,
): Promise<TestAuthority> {
  const own = await makeDirectoryAuthority(folder);
  const tls = await own.issue('directory', [name ?? address, address]);
  const root = await readFile(own.certificateFile, 'utf8');
  const at = (port: number): string => `${address}:${String(port)}`;

  const dns = startProgram(
    'pebble-challtestsrv',
    [
      ...['-dns01', at(PORTS.dns), '-management', at(PORTS.dnsManagement)],
      // It answers no challenge itself, and an unknown name has no address.
      ...['-http01', '', '-https01', '', '-tlsalpn01', '', '-defaultIPv4', '', '-defaultIPv6', ''],
    ],
    join(folder, 'dns.log'),
  );
  programs.push(dns);
  const configuration = join(folder, 'pebble.json');
  await writeFile(configuration, pebbleConfiguration(address, tls, options));
  const pebble = startProgram(
    'pebble',
    ['-config', configuration, '-dnsserver', at(PORTS.dns)],
    join(folder, 'pebble.log'),
    pebbleVariables(options),
  );
  programs.push(pebble);
  const answer = async (...ports: readonly number[]): Promise<boolean> =>
    (await Promise.all(ports.map((port) => accepts(address, port)))).every(Boolean);
  await waitForProgram(dns, () => answer(PORTS.dns, PORTS.dnsManagement));
  await waitForProgram(pebble, () => answer(PORTS.pebble, PORTS.management));
  const relay = await AcmeRelay.start({
    ...{ address, port: PORTS.directory, upstreamPort: PORTS.pebble, tls, root },
  });

  const management = pebbleManagement(address, root);
  const dnsUrl = `http://${at(PORTS.dnsManagement)}`;
  return {
    directory: `https://${name ?? address}:${String(PORTS.directory)}/dir`,
    certificateFile: own.certificateFile,
    nameserver: address,
    dnsManagement: dnsUrl,
    ...management,
    ...dnsManagement(dnsUrl),
    useDns: async (connection) => {
      const { status, stderr } = await runScript(
        connection,
        sh`
        rm -f /etc/resolv.conf
        printf 'nameserver %s\n' ${address} >/etc/resolv.conf`,
      );
      if (status !== 0) throw new Error(`Cannot set the DNS of the host: ${stderr.trim()}`);
    },
    down: () => relay.down(),
    up: () => relay.up(),
    refuse: (resource, problem) => {
      relay.refuse(resource, problem);
    },
    requests: (resource) => relay.requests(resource),
    stop: async () => {
      await relay.down();
      await stop();
    },
  };
}
