import type { Application, Plugin, PluginContext } from '@fairness-deploy/core';
import { systemUser, type Resource } from '@fairness-deploy/core/resources';
import { applyResources, exampleContext, runScript } from '@fairness-deploy/core/testing';
import { layoutOf, programsOf, type Colour, type Release } from '@fairness-deploy/release';
import { releaseStepsOf } from '@fairness-deploy/release/testing';
import { lines, sh, type Connection, type Script } from '@fairness-deploy/shell';
import { afterAll, beforeAll } from 'vitest';
import { plugin } from '../nginx-plugin.js';
import { sectionSchema, type Section } from '../section/section.js';
import { application as shop, environment } from './environment.js';
import { placeRelease } from './place-release.js';

/** An answer of nginx. */
export interface Answer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const layout = layoutOf(shop);

/** A host for a test, such as `startTestHost` of the sandbox starts it. */
interface StartedHost {
  connect(): Promise<Connection>;
  stop(): Promise<void>;
}

/**
 * A host for the tests of this file, from before the first one until after the last one.
 *
 * @param start starts it
 * @param plugins the others, which add to nginx
 */
export function useSiteHost(
  start: () => Promise<StartedHost>,
  plugins: readonly Plugin[] = [],
): SiteHost {
  const host = new SiteHost(plugins);
  beforeAll(() => host.start(start));
  afterAll(() => host.stop());
  return host;
}

/** A host of the sandbox on which nginx stands in front of releases of the application `shop`. */
export class SiteHost {
  readonly #plugins: readonly Plugin[];
  #started: StartedHost | undefined;
  #connection: Connection | undefined;
  #made = 0;

  constructor(plugins: readonly Plugin[]) {
    this.#plugins = plugins;
  }

  /** Makes the user and the folders of the application on it. */
  async start(start: () => Promise<StartedHost>): Promise<void> {
    this.#started = await start();
    this.#connection = await this.#started.connect();
    // The home is root's, before there is the user.
    const user = systemUser({ name: 'shop', home: '/srv/shop', shell: '/bin/sh', system: true });
    await this.succeed(sh`
      mkdir -p ${[layout.releases, layout.configuration, layout.dependencies]}
      mkdir -p ${`${layout.sharedFolders}/uploads`}`);
    await applyResources(this.connection, [user]);
    await this.succeed(sh`chown -R shop:shop ${layout.sharedFolders}`);
  }

  async stop(): Promise<void> {
    await this.#connection?.close();
    await this.#started?.stop();
  }

  /** @throws Error before it has started. */
  get connection(): Connection {
    if (!this.#connection) throw new Error('the host has not started');
    return this.#connection;
  }

  run(script: Script): ReturnType<typeof runScript> {
    return runScript(this.connection, script);
  }

  /** @returns what the script prints. @throws Error when it fails. */
  async succeed(script: Script): Promise<string> {
    const { status, stderr, text } = await this.run(script);
    if (status !== 0) throw new Error(`status ${String(status)}: ${text}${stderr}`);
    return text;
  }

  /** Applies the resources of the section nginx. @throws Error with what the failing ones say. */
  async provision(section: unknown, application: Application): Promise<void> {
    const ends = await applyResources(this.connection, this.#resources(section, application));
    const failed = Object.entries(ends).filter(([, end]) => end !== 'done');
    if (failed.length === 0) return;
    throw new Error(failed.map(([address, end]) => `${address}: ${end}`).join('\n'));
  }

  /** What the failing resources say. @throws Error when none fails. */
  async failureOf(section: unknown, application: Application): Promise<string> {
    const failure = await this.provision(section, application).then(
      () => undefined,
      (thrown: unknown) => String(thrown),
    );
    if (failure === undefined) throw new Error('it was provisioned');
    return failure;
  }

  /** The addresses of the resources of the section nginx that differ on the host. */
  async drift(section: unknown, application: Application): Promise<readonly string[]> {
    const found: string[] = [];
    for (const resource of this.#resources(section, application)) {
      if (resource.plan(await this.succeed(resource.read))) found.push(resource.address);
    }
    return found;
  }

  #resources(section: unknown, application: Application): readonly Resource[] {
    return plugin.resources?.(this.contextOf(section, application)) ?? [];
  }

  /** Another release of an application, in a colour. */
  release(application: Application, section: unknown, colour: Colour): SiteRelease {
    this.#made += 1;
    const id = `20261123-1015${String(this.#made).padStart(2, '0')}-3f2a1bc`;
    return new SiteRelease(this, id, application, section, colour);
  }

  contextOf(section: unknown, application: Application): PluginContext<Section> {
    const nginx = sectionSchema.parse(section);
    const of = { ...environment, application, sections: { nginx } };
    return { ...exampleContext(nginx, of), plugins: this.#plugins };
  }

  /** @param path or a whole URL */
  async get(path: string, ...options: readonly string[]): Promise<Answer> {
    const text = await this.succeed(
      sh`curl -sS -i --http1.1 --path-as-is ${[...options]} ${path.startsWith('http') ? path : `http://127.0.0.1${path}`}`,
    );
    const [head = '', ...body] = text.split('\r\n\r\n');
    const [first = '', ...rest] = head.split('\r\n');
    const headers = Object.fromEntries(
      rest.map((line) => {
        const [name = '', ...value] = line.split(': ');
        return [name.toLowerCase(), value.join(': ')];
      }),
    );
    return { status: Number(first.split(' ')[1]), headers, body: body.join('\r\n\r\n') };
  }
}

/** A release in a colour, without its processes. */
export class SiteRelease {
  readonly release: Release;

  constructor(
    readonly host: SiteHost,
    id: string,
    readonly application: Application,
    readonly section: unknown,
    readonly colour: Colour,
  ) {
    this.release = {
      ...{ id, commit: '3f2a1bc', path: `${layout.releases}/${id}` },
      variablesFile: `${layout.variables}/${id}`,
      programs: programsOf(application, 1),
    };
  }

  /** @param files what is in the release */
  async make(files: Readonly<Record<string, string>>): Promise<void> {
    const { path } = this.release;
    await this.host.succeed(sh`
      ${placeRelease(this.host.contextOf(this.section, this.application), layout, this.release, this.colour)}
      cd ${path}
      ${lines(
        ...Object.entries(files).map(
          ([name, text]) => sh`mkdir -p "$(dirname ${name})"; printf %s ${text} >${name}`,
        ),
      )}
      chown -R shop:shop ${path}
      chmod 0750 ${path}`);
  }

  step(name: string): Script {
    const context = this.host.contextOf(this.section, this.application);
    const found = releaseStepsOf(plugin, context, this.release).find((one) => one.name === name);
    if (!found) throw new Error(`no step ${name}`);
    return found.run;
  }

  /** What nginx does of a deployment or a rollback, with the switch between. */
  async goLive(): Promise<void> {
    await this.host.succeed(this.step('static files'));
    await this.host.succeed(this.step('prepare nginx'));
    await this.host.succeed(sh`
      ln -s ${`colours/${this.colour}`} /srv/shop/.next
      mv -T /srv/shop/.next ${layout.live}`);
    await this.host.succeed(this.step('confirm through nginx'));
  }
}
