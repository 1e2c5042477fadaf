import {
  CommandWorkspace,
  runScript,
  type Ended,
  type ReachableHost,
} from '@fairness-deploy/core/testing';
import { repositoryIn } from '@fairness-deploy/release/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';

/** A host for tests, as startTestHost() of the sandbox starts it. */
interface StartedHost extends ReachableHost {
  stop(): Promise<void>;
}

/**
 * A host of the sandbox, and the environment `prod` of a workspace that describes it. Its application
 * is one static file.
 */
export class CertbotHost {
  readonly #workspace: CommandWorkspace;
  readonly #test: StartedHost;
  readonly #connection: Connection;

  /** @param secrets by the names of their variables, such as FAIRNESS_SECRET_EAB */
  constructor(
    test: StartedHost,
    connection: Connection,
    secrets: Readonly<Record<string, string>> = {},
  ) {
    this.#test = test;
    this.#connection = connection;
    this.#workspace = new CommandWorkspace(secrets);
    const repository = repositoryIn(this.#repository);
    repository.write('public/index.html', '<h1>The shop</h1>\n');
    repository.commit('Open the shop');
  }

  get #repository(): string {
    return `${this.#workspace.folder}/shop`;
  }

  /** Writes a file beside environment.yaml. */
  write(file: string, content: string): void {
    this.#workspace.write(`environments/prod/${file}`, content);
  }

  /** Describes the host anew. */
  describe(sections: Readonly<Record<string, unknown>>): void {
    this.#workspace.describe(
      'prod',
      { web: this.#test },
      {
        application: { name: 'shop', static: { '/': { folder: 'public' } } },
        release: { repository: this.#repository, install: false, build: false },
        ...sections,
      },
    );
  }

  /** Runs a command of the product, as its users do. */
  command(name: string, ...words: readonly string[]): Promise<Ended> {
    return this.#workspace.run(name, 'prod', ...words);
  }

  /** @returns what the script prints. @throws Error when it fails. */
  async succeed(script: Script): Promise<string> {
    const { status, stderr, text } = await runScript(this.#connection, script);
    if (status !== 0) throw new Error(`status ${String(status)}: ${text}${stderr}`);
    return text;
  }

  /** The serial of the certificate that nginx shows for a name. */
  async served(name: string): Promise<string> {
    const text = await this.succeed(sh`
      openssl s_client -connect 127.0.0.1:443 -servername ${name} </dev/null 2>/dev/null |
        openssl x509 -noout -serial`);
    return text.trim().replace('serial=', '');
  }

  /** The serial of the file. */
  async serial(name: string): Promise<string> {
    const path = `/etc/letsencrypt/live/${name}/fullchain.pem`;
    const text = await this.succeed(sh`openssl x509 -noout -serial -in ${path}`);
    return text.trim().replace('serial=', '');
  }

  async dispose(): Promise<void> {
    await this.#connection.close();
    await this.#test.stop();
    this.#workspace.dispose();
  }
}
