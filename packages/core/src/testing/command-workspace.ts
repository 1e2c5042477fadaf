import { execFile, spawn, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { childEnvironment } from '@fairness-deploy/shell/client';

const PROGRAM = join(__dirname, '../../bin/fairness-deploy.js');

/** How a host for tests is reached, such as startTestHost() of the sandbox starts it. */
export interface ReachableHost {
  readonly host: {
    readonly address: string;
    readonly port: number;
    readonly user: string;
    readonly identityFile: string;
    readonly knownHostsFile: string;
  };
}

/** A command's end. */
export interface Ended {
  readonly status: number;
  /** As people see it. */
  readonly output: string;
}

/**
 * A workspace in a temporary folder, for the real command line and hosts for tests. It has the `nx.json` and
 * the `node_modules` of the workspace that the test runs in.
 */
export class CommandWorkspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'fairness-deploy-'));
  readonly #variables: Readonly<Record<string, string>>;

  /** @param variables of the commands, such as FAIRNESS_SECRET_DB_PASSWORD */
  constructor(variables: Readonly<Record<string, string>> = {}) {
    this.#variables = variables;
    cpSync(join(process.cwd(), 'nx.json'), join(this.folder, 'nx.json'));
    symlinkSync(join(process.cwd(), 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** Writes a file, by its path in the workspace. */
  write(path: string, content: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  /** Writes an environment, or writes it anew. */
  describe(
    environment: string,
    hosts: Readonly<Record<string, ReachableHost>>,
    sections: Readonly<Record<string, unknown>>,
  ): void {
    const folder = `environments/${environment}`;
    const known = Object.values(hosts).map(({ host }) => readFileSync(host.knownHostsFile, 'utf8'));
    this.write(`${folder}/known_hosts`, known.join(''));
    const reached = Object.entries(hosts).map(([name, { host }]) => {
      const { address, port, user, identityFile } = host;
      return [name, { address, port, user, identityFile }] as const;
    });
    this.write(
      `${folder}/environment.yaml`,
      JSON.stringify({ hosts: Object.fromEntries(reached), ...sections }),
    );
  }

  /** Runs a command of the product, as its users do. */
  run(name: string, environment: string, ...words: readonly string[]): Promise<Ended> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [PROGRAM, name, environment, ...words],
        { ...this.#options(), maxBuffer: 1 << 26 },
        (error, stdout, stderr) => {
          resolve({ status: error ? 1 : 0, output: stdout + stderr });
        },
      );
    });
  }

  /** Runs a command, and gives its exit status on a line and then what people see: for tests of both at once. */
  async runAsText(name: string, environment: string, ...words: readonly string[]): Promise<string> {
    const { status, output } = await this.run(name, environment, ...words);
    return `${String(status)}\n${output}`;
  }

  /**
   * A command that the test ends itself, and whose standard output it reads. It dies when what it holds in memory takes
   * more than 96 MiB.
   */
  startReadable(name: string, environment: string, ...words: readonly string[]) {
    const bounded = '--max-old-space-size=96';
    return spawn(process.execPath, [bounded, PROGRAM, name, environment, ...words], {
      ...this.#options(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  /** A command that the test ends itself. */
  start(name: string, environment: string, ...words: readonly string[]): ChildProcess {
    return spawn(process.execPath, [PROGRAM, name, environment, ...words], {
      ...this.#options(),
      stdio: 'ignore',
    });
  }

  #options() {
    return { cwd: this.folder, env: { ...childEnvironment(), ...this.#variables } };
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}
