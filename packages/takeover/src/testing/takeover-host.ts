import type { ChildProcess } from 'node:child_process';
import {
  CommandWorkspace,
  runScript,
  type Ended,
  type ReachableHost,
} from '@fairness-deploy/core/testing';
import { repositoryIn, type TemporaryRepository } from '@fairness-deploy/release/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { program, UPLOADS } from './old-application.js';
import { checkoutOf, setUpOldServer, type OldServer } from './old-server.js';

/** A host for tests, as startTestHost() of the sandbox starts it. */
interface StartedHost extends ReachableHost {
  connect(): Promise<Connection>;
  stop(): Promise<void>;
}

const ENVIRONMENT = 'prod';

/** A host as the old roles have left it, and an environment that takes it over. */
export class TakeoverHost {
  readonly workspace = new CommandWorkspace();
  readonly repository: TemporaryRepository;
  readonly #host: StartedHost;
  readonly #server: OldServer;

  /** A host that has been set up already. */
  constructor(host: StartedHost, server: OldServer) {
    this.#host = host;
    this.#server = server;
    this.repository = repositoryIn(`${this.workspace.folder}/application`);
    this.repository.write('client/index.js', program('new', 'client'));
    this.commit();
    this.describe();
  }

  /**
   * Commits the next version of the application.
   *
   * @param needs a port without which its health check fails
   */
  commit(needs?: number): void {
    this.repository.write('server/index.js', program('new', 'api', 'uploads', needs));
    this.repository.commit('The new application');
  }

  /** Sets a host up as the old roles did. */
  static async start(host: StartedHost, server: OldServer): Promise<TakeoverHost> {
    const one = new TakeoverHost(host, server);
    await one.succeed(setUpOldServer(server));
    return one;
  }

  get address(): string {
    return this.#host.host.address;
  }

  /** Writes the environment again, with more keys of the section takeover, or without the section. */
  describe(takeover: object | 'no takeover' = {}): void {
    const { domain, node } = this.#server;
    const health = { path: '/health', settle: 0.5 };
    const site = domain === undefined ? {} : { domains: [domain], tls: true };
    this.workspace.describe(
      ENVIRONMENT,
      { web: this.#host },
      {
        application: {
          name: 'permacoop',
          node,
          processes: {
            client: {
              ...{ command: 'node index.js', directory: 'client', port: 3001 },
              ...{ route: '/', health },
            },
            api: {
              ...{ command: 'node index.js', directory: 'server', port: 3000 },
              ...{ route: '/api', health },
            },
          },
        },
        release: {
          ...{ repository: this.repository.folder, install: false, build: false },
          shared: [UPLOADS],
        },
        supervisor: {},
        nginx: { sites: { permacoop: site } },
        ...(domain !== undefined && { certbot: { email: 'none', dryRunServer: 'none' } }),
        ...(takeover !== 'no takeover' && {
          takeover: { checkout: checkoutOf(this.#server), ...takeover },
        }),
      },
    );
  }

  /** Runs a command of the product, as its users do. */
  command(name: string, ...words: readonly string[]): Promise<Ended> {
    return this.workspace.run(name, ENVIRONMENT, ...words);
  }

  /** A command that the test ends itself. */
  start(name: string, ...words: readonly string[]): ChildProcess {
    return this.workspace.start(name, ENVIRONMENT, ...words);
  }

  /** @returns what the script prints. @throws Error when it fails. */
  async succeed(script: Script): Promise<string> {
    // Anew: the host may have been rebooted since.
    const connection = await this.#host.connect();
    try {
      const { status, stderr, text } = await runScript(connection, script);
      if (status !== 0) throw new Error(`status ${String(status)}: ${text}${stderr}`);
      return text;
    } finally {
      await connection.close();
    }
  }

  /** What is there, by the paths. */
  async present(...paths: readonly string[]): Promise<readonly string[]> {
    const text = await this.succeed(sh`
      for fd_path in ${paths}; do
        if [ -e "$fd_path" ] || [ -L "$fd_path" ]; then printf '%s\n' "$fd_path"; fi
      done`);
    return text.split('\n').filter((line) => line !== '');
  }

  async dispose(): Promise<void> {
    await this.#host.stop();
    this.workspace.dispose();
  }
}
