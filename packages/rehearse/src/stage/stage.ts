import { readFileSync } from 'node:fs';
import type { Environment, Host, Plugin, Stage, StageHost } from '@fairness-deploy/core';
import { runStep, type Reporter } from '@fairness-deploy/core/commands';
import { sshTransport, type Connection, type Target } from '@fairness-deploy/shell';
import type { Secret } from '@fairness-deploy/shell/secret';
import { HintedError } from '@fairness-deploy/shell/text';
import { namesOnStage } from '../hosts/host-names.js';
import { sideBySide } from '../hosts/side-by-side.js';
import type { HostShape, RunningHost, StageDriver } from '../hosts/stage-driver.js';
import type { Rehearsed } from '../state/state-folder.js';
import { authorityIn, makeToken, startAuthorityOn, writePlaceholders } from './authority.js';
import { makeCertificate } from './certificate.js';
import { addressesOf, domainsByHost, domainsOf } from './domains.js';
import { placesOf, replacedServices } from './places.js';
import { prepareHost } from './prepare-host.js';

/** The host of the CA: no host of an environment has a name with a space. */
const AUTHORITY_HOST = 'authority of the rehearsal';

/** Who logs in where the environment's file names nobody. */
export const DEFAULT_USER = 'root';

/** Addresses before there are hosts: private ones (RFC 1918), as those of the stage. Nothing connects to them. */
const NOWHERE = '10.255.255.';

const LOOPBACK = '127.0.0.1';

/** What a stage is made of. */
export interface StagePlan {
  readonly rehearsed: Rehearsed;
  readonly environment: Environment;
  readonly plugins: readonly Plugin[];
  /** For files that the environment names on the stage; the user's own. */
  readonly folder: string;
}

/** The hosts of a stage: they run, and have nothing of the environment yet. */
export interface BootedHosts {
  /** By the name of the environment's host, in its order. */
  readonly hosts: ReadonlyMap<string, RunningHost>;
  /** That of the CA; undefined: none is needed. */
  readonly authority: RunningHost | undefined;
}

/** A stage whose hosts are ready for the environment. */
export interface ReadyStage {
  readonly stage: Stage;
  /** How each host of the environment is reached, by its name. */
  readonly targets: ReadonlyMap<string, Partial<Target>>;
  /** The only mirror of Node.js that the hosts reach; undefined: they reach all. */
  readonly nodeMirror: string | undefined;
  /** The PEM file to trust in a browser; undefined without a CA. */
  readonly issuedRootFile?: string;
}

/**
 * A stage without hosts, to check the environment with before there are any.
 *
 * @throws HintedError when two hosts would have one name.
 */
export async function emptyStage({
  rehearsed,
  environment,
  plugins,
  folder,
}: StagePlan): Promise<Stage> {
  const all = [AUTHORITY_HOST, ...environment.hosts.map(({ name }) => name)];
  namesOnStage(all, rehearsed.environment);
  const certificate = await makeCertificate(folder, certified(environment, plugins));
  const authority = authorityIn(folder, `${NOWHERE}1`, makeToken());
  writePlaceholders(authority, readFileSync(certificate.certificateFile, 'utf8'));
  const hosts = environment.hosts.map(({ name, user = DEFAULT_USER }, at) => ({
    ...{ name, user, address: `${NOWHERE}${String(at + 2)}` },
    publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  }));
  return { hosts, certificate, authority };
}

/**
 * Starts the hosts side by side, and the host of the CA if a section needs one.
 *
 * @throws Error when a host does not start; all others have started, or failed, by then.
 */
export function bootStage(
  { rehearsed, environment, plugins }: StagePlan,
  { driver, shape }: { readonly driver: StageDriver; readonly shape: HostShape },
  reporter: Reporter,
): Promise<BootedHosts> {
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
  return runStep({ reporter }, { name: 'boot hosts' }, async () => {
    const running = await driver.start(rehearsed, wanted, notice);
    const hosts = new Map(
      environment.hosts.flatMap(({ name }, at) => {
        const host = running[at];
        return host ? [[name, host] as const] : [];
      }),
    );
    return { hosts, authority: running[environment.hosts.length] };
  });
}

/**
 * Gives each host the login and the surroundings of the real one, and starts the CA.
 *
 * @param empty the stage that the environment was checked with
 * @param passwordOf the password of sudo on a host, if it asks for one
 * @throws HintedError when a host can't be prepared.
 */
export async function prepareStage(
  { environment, plugins, folder }: StagePlan,
  { empty, booted }: { readonly empty: Stage; readonly booted: BootedHosts },
  {
    reporter,
    passwordOf,
  }: {
    readonly reporter: Reporter;
    readonly passwordOf: (host: string) => Secret | undefined;
  },
): Promise<ReadyStage> {
  const byHost = domainsByHost(environment, plugins);
  const both = environment.hosts.map((host) => [host, runningOf(booted, host)] as const);
  const hosts = both.map(([{ name, user = DEFAULT_USER }, { login, address }]): StageHost => {
    const publicKey = readFileSync(`${login.identityFile}.pub`, 'utf8').trim();
    return { name, user, address, publicKey };
  });
  await makeCertificate(folder, [
    ...certified(environment, plugins),
    ...['localhost', LOOPBACK, ...hosts.map(({ address }) => address)],
  ]);
  const root = readFileSync(empty.certificate.certificateFile, 'utf8');
  const { places, closed } = placesOf(environment, plugins, hosts);
  await runStep({ reporter }, { name: 'prepare hosts' }, () =>
    sideBySide(both, async ([{ name, user = DEFAULT_USER, sudo, port }, running]) => {
      const sudoPassword = passwordOf(name);
      const script = prepareHost({
        ...{ user, sudo, ...(sudoPassword && { sudoPassword }) },
        ...(port !== undefined && { sshPort: port }),
        closed,
        root,
        own: places.get(name) ?? { address: running.address, reals: [name], domains: [] },
        others: [...places].filter(([other]) => other !== name).map(([, place]) => place),
      });
      await asRoot(name, running, async (connection) => {
        const { status, stderr } = await connection.run(script);
        if (status === 0) return;
        throw new HintedError(`Cannot prepare the disposable host of ${name}: ${stderr.trim()}`, {
          hint: `look at it: npx nx run ${environment.name}:rehearse --keep`,
        });
      });
    }),
  );
  const { authority } = booted;
  const ca =
    authority &&
    (await runStep({ reporter }, { name: 'start the CA' }, () =>
      asRoot(AUTHORITY_HOST, authority, (connection) =>
        startAuthorityOn(
          connection,
          { folder, address: authority.address },
          addressesOf(byHost, hosts),
        ),
      ),
    ));
  return {
    stage: { ...empty, hosts, ...(ca && { authority: ca.authority }) },
    targets: new Map(
      both.map(([{ name, user = DEFAULT_USER }, { login }]) => [name, { ...login, user }]),
    ),
    nodeMirror: both.find(([, { nodeMirror }]) => nodeMirror)?.[1].nodeMirror,
    ...(ca && { issuedRootFile: ca.issuedRootFile }),
  };
}

/** The names in the certificate of the stage, besides the addresses of its hosts. */
function certified(environment: Environment, plugins: readonly Plugin[]): readonly string[] {
  const services = replacedServices(environment, plugins).map(({ real }) => real);
  return [...new Set([...domainsOf(environment, plugins), ...services])];
}

function runningOf({ hosts }: BootedHosts, { name }: Host): RunningHost {
  const running = hosts.get(name);
  // bootStage() starts one for each.
  if (!running) throw new TypeError(`The host "${name}" has not started`);
  return running;
}

/** The way to a disposable host: nothing of the user's ssh_config, where a jump host of prod may be. */
export const STAGE_TRANSPORT = sshTransport({ configFile: '/dev/null' });

async function asRoot<T>(
  name: string,
  { login }: RunningHost,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await STAGE_TRANSPORT.connect({ ...{ name, sudo: true }, ...login });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
