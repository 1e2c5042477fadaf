import { readFileSync } from 'node:fs';
import type { Environment, Plugin, Stage, StageHost } from '@fairness-deploy/core';
import { runStep, type Reporter } from '@fairness-deploy/core/commands';
import { sshTransport, type Connection, type Target } from '@fairness-deploy/shell';
import type { Secret } from '@fairness-deploy/shell/secret';
import type { HostShape, RunningHost, StageDriver } from '../hosts/stage-driver.js';
import type { Rehearsed } from '../state/state-folder.js';
import { authorityIn, startAuthorityOn, writePlaceholders } from './authority.js';
import { makeCertificate } from './certificate.js';
import { addressesOf, domainsByHost, domainsOf } from './domains.js';
import { prepareHost, type Place } from './prepare-host.js';

/** The host of the CA: no host of an environment has a name with a capital letter and this word. */
const AUTHORITY_HOST = 'authority of the rehearsal';

/** Addresses before there are hosts: private ones (RFC 1918), as those of the stage. Nothing connects to them. */
const NOWHERE = '10.255.255.';

/** What is put on the stage. */
export interface Play {
  readonly rehearsed: Rehearsed;
  readonly environment: Environment;
  readonly plugins: readonly Plugin[];
  /** For files that the environment names on the stage; the user's own. */
  readonly folder: string;
}

/** A stage whose hosts run. */
export interface SetStage {
  readonly stage: Stage;
  /** How each host of the environment is reached, by its name. */
  readonly targets: ReadonlyMap<string, Partial<Target>>;
  /** The only mirror of Node.js that the hosts reach; undefined: they reach all. */
  readonly nodeMirror: string | undefined;
  /** The PEM file to trust in a browser; undefined without a CA. */
  readonly issuedRootFile?: string;
}

/** A stage without hosts, to check the environment with before there are any. */
export async function emptyStage({ environment, plugins, folder }: Play): Promise<Stage> {
  const certificate = await makeCertificate(folder, domainsOf(environment, plugins));
  const authority = authorityIn(folder, `${NOWHERE}1`);
  writePlaceholders(authority, readFileSync(certificate.certificateFile, 'utf8'));
  const hosts = environment.hosts.map(({ name, user = 'root' }, at) => ({
    ...{ name, user, address: `${NOWHERE}${String(at + 2)}` },
    publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  }));
  return { hosts, certificate, authority };
}

/**
 * Starts the hosts side by side, each with the login and the surroundings of the real one.
 *
 * @param empty the stage that the environment was checked with
 * @param passwordOf the password of sudo on a host, if it asks for one
 * @throws Error when a host does not start.
 */
export async function setStage(
  play: Play,
  empty: Stage,
  {
    driver,
    shape,
    reporter,
    passwordOf,
  }: {
    readonly driver: StageDriver;
    readonly shape: HostShape;
    readonly reporter: Reporter;
    readonly passwordOf: (host: string) => Secret | undefined;
  },
): Promise<SetStage> {
  const { rehearsed, environment, plugins, folder } = play;
  const notice = (text: string): void => {
    reporter.report({ type: 'notice', text });
  };
  const needsAuthority = plugins.some(({ section, rehearsal }) =>
    rehearsal?.needsAuthority?.(environment.sections[section]),
  );
  const wanted = [
    ...environment.hosts.map(({ name }) => ({ name, ...shape })),
    ...(needsAuthority ? [{ name: AUTHORITY_HOST }] : []),
  ];
  const running = await runStep({ reporter }, { name: 'boot hosts' }, () =>
    driver.start(rehearsed, wanted, notice),
  );
  const authorityHost = running[environment.hosts.length];
  const byHost = domainsByHost(environment, plugins);
  const hosts = environment.hosts.flatMap(({ name, user = 'root' }, at): readonly StageHost[] => {
    const host = running[at];
    if (!host) return [];
    const publicKey = readFileSync(`${host.login.identityFile}.pub`, 'utf8').trim();
    return [{ name, user, address: host.address, publicKey }];
  });
  await runStep({ reporter }, { name: 'prepare hosts' }, () =>
    Promise.all(
      environment.hosts.map(async ({ name, user = 'root', sudo }, at) => {
        const host = running[at];
        if (!host) return;
        const places = placesOf(environment, hosts, byHost);
        const sudoPassword = passwordOf(name);
        const script = prepareHost({
          ...{ user, sudo, ...(sudoPassword && { sudoPassword }) },
          own: places.get(name) ?? { address: host.address, real: name, domains: [] },
          others: [...places].filter(([other]) => other !== name).map(([, place]) => place),
        });
        await asRoot(name, host, async (connection) => {
          const { status, stderr } = await connection.run(script);
          if (status !== 0) throw new Error(`Cannot prepare host "${name}": ${stderr.trim()}`);
        });
      }),
    ),
  );
  const ca =
    authorityHost &&
    (await runStep({ reporter }, { name: 'start the CA' }, () =>
      asRoot(AUTHORITY_HOST, authorityHost, (connection) =>
        startAuthorityOn(
          connection,
          { folder, address: authorityHost.address },
          addressesOf(byHost, hosts),
        ),
      ),
    ));
  return {
    stage: { ...empty, hosts, ...(ca && { authority: ca.authority }) },
    targets: new Map(
      environment.hosts.flatMap(({ name, user }, at) => {
        const host = running[at];
        return host ? [[name, { ...host.login, ...(user !== undefined && { user }) }]] : [];
      }),
    ),
    nodeMirror: running.find((host) => host.nodeMirror)?.nodeMirror,
    ...(ca && { issuedRootFile: ca.issuedRootFile }),
  };
}

function placesOf(
  environment: Environment,
  hosts: readonly StageHost[],
  byHost: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, Place> {
  return new Map(
    hosts.map(({ name, address }) => {
      const real = environment.hosts.find((host) => host.name === name)?.address ?? name;
      const domains = (byHost.get(name) ?? []).filter((domain) => !domain.startsWith('*.'));
      return [name, { address, real, domains }];
    }),
  );
}

async function asRoot<T>(
  name: string,
  { login }: RunningHost,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await sshTransport({ configFile: '/dev/null' }).connect({
    ...{ name, sudo: true },
    ...login,
  });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
