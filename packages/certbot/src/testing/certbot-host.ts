import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '@fairness-deploy/core/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { childEnvironment } from '@fairness-deploy/shell/client';

const REPOSITORY = join(__dirname, '../../../..');
const PROGRAM = join(REPOSITORY, 'packages/core/bin/fairness-deploy.js');

/** A host for tests, as startTestHost() of the sandbox starts it. */
interface StartedHost {
  readonly host: {
    readonly address: string;
    readonly port: number;
    readonly user: string;
    readonly identityFile: string;
    readonly knownHostsFile: string;
  };
  stop(): Promise<void>;
}

/** A command's end. */
export interface Ended {
  readonly status: number;
  /** As people see it. */
  readonly output: string;
}

/**
 * A host of the sandbox, and the environment `prod` of a workspace that describes it. Its application
 * is one static file.
 */
export class CertbotHost {
  readonly #workspace = mkdtempSync(join(tmpdir(), 'fairness-deploy-certbot-'));
  readonly #test: StartedHost;
  readonly #connection: Connection;
  readonly #secrets: Readonly<Record<string, string>>;

  /** @param secrets by the names of their variables, such as FAIRNESS_SECRET_EAB */
  constructor(
    test: StartedHost,
    connection: Connection,
    secrets: Readonly<Record<string, string>> = {},
  ) {
    this.#test = test;
    this.#connection = connection;
    this.#secrets = secrets;
    const environment = join(this.#workspace, 'environments/prod');
    mkdirSync(environment, { recursive: true });
    cpSync(test.host.knownHostsFile, join(environment, 'known_hosts'));
    cpSync(join(REPOSITORY, 'nx.json'), join(this.#workspace, 'nx.json'));
    symlinkSync(join(REPOSITORY, 'node_modules'), join(this.#workspace, 'node_modules'));
    this.#makeRepository();
  }

  /** Writes a file beside environment.yaml. */
  write(file: string, content: string): void {
    writeFileSync(join(this.#workspace, 'environments/prod', file), content);
  }

  /** The repository of the application, with one commit. */
  #makeRepository(): void {
    const repository = join(this.#workspace, 'shop');
    mkdirSync(join(repository, 'public'), { recursive: true });
    writeFileSync(join(repository, 'public/index.html'), '<h1>The shop</h1>\n');
    const git = (...args: readonly string[]): void => {
      execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@shop.test', ...args], {
        ...{ cwd: repository, stdio: 'ignore' },
        env: { PATH: process.env['PATH'], HOME: this.#workspace, GIT_CONFIG_NOSYSTEM: '1' },
      });
    };
    git('init', '--initial-branch=main');
    git('add', '--all');
    git('commit', '--message=Open the shop');
  }

  /** Describes the host anew. */
  describe(sections: Readonly<Record<string, unknown>>): void {
    const { address, port, user, identityFile } = this.#test.host;
    const environment = {
      hosts: { web: { address, port, user, identityFile } },
      application: {
        name: 'shop',
        static: { '/': { folder: 'public' } },
      },
      release: { repository: join(this.#workspace, 'shop'), install: false, build: false },
      ...sections,
    };
    this.write('environment.yaml', JSON.stringify(environment));
  }

  /** Runs a command of the product, as its users do. */
  command(name: string, ...words: readonly string[]): Promise<Ended> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [PROGRAM, name, 'prod', ...words],
        { cwd: this.#workspace, env: { ...childEnvironment(), ...this.#secrets } },
        (error, stdout, stderr) => {
          resolve({ status: error ? 1 : 0, output: stdout + stderr });
        },
      );
    });
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
    rmSync(this.#workspace, { recursive: true });
  }
}
