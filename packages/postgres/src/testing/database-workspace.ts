import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { DATABASE_PASSWORD } from './database-host.js';

const REPOSITORY = join(__dirname, '../../../..');
const PROGRAM = join(REPOSITORY, 'packages/core/bin/fairness-deploy.js');

/** A host for a test, such as `startTestHost` of the sandbox starts it. */
interface ReachableHost {
  readonly host: {
    readonly address: string;
    readonly port: number;
    readonly user: string;
    readonly identityFile: string;
    readonly knownHostsFile: string;
  };
}

/** A workspace with environments of the application `shop`, each on one host, for the real command line. */
export class DatabaseWorkspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'fairness-deploy-postgres-'));
  readonly #variables: Readonly<Record<string, string>>;

  /** @param variables of the commands, besides the database's password */
  constructor(variables: Readonly<Record<string, string>> = {}) {
    this.#variables = { FAIRNESS_SECRET_DB_PASSWORD: DATABASE_PASSWORD, ...variables };
    cpSync(join(REPOSITORY, 'nx.json'), join(this.folder, 'nx.json'));
    symlinkSync(join(REPOSITORY, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** Writes an environment, or writes it anew. */
  write(name: string, { host }: ReachableHost, postgres: object): void {
    const folder = join(this.folder, 'environments', name);
    const { address, port, user, identityFile } = host;
    mkdirSync(folder, { recursive: true });
    cpSync(host.knownHostsFile, join(folder, 'known_hosts'));
    writeFileSync(
      join(folder, 'environment.yaml'),
      JSON.stringify({
        hosts: { web: { address, port, user, identityFile } },
        application: { name: 'shop', static: { '/': { folder: 'public' } } },
        postgres,
      }),
    );
  }

  /** Writes a file of an environment. */
  writeFile(environment: string, name: string, text: string): void {
    writeFileSync(join(this.folder, 'environments', environment, name), text);
  }

  /** The exit status of a command, on a line, and what people see. */
  run(name: string, environment: string, ...words: readonly string[]): Promise<string> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [PROGRAM, name, environment, ...words],
        { cwd: this.folder, env: { ...childEnvironment(), ...this.#variables } },
        (error, stdout, stderr) => {
          resolve(`${error ? '1' : '0'}\n${stdout}${stderr}`);
        },
      );
    });
  }

  /** A command that the test ends itself. */
  start(name: string, environment: string, ...words: readonly string[]): ChildProcess {
    return spawn(process.execPath, [PROGRAM, name, environment, ...words], {
      ...{ cwd: this.folder, env: { ...childEnvironment(), ...this.#variables } },
      stdio: 'ignore',
    });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}
