/** What a test must undo on this machine, on disk: the next test undoes it when this one is killed. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { childEnvironment } from '@fairness-deploy/shell/client';

/** A program and its words. */
export type Undo = readonly [string, ...string[]];

/** Root's alone: its commands are run as root. */
const FILE = '/run/fairness-deploy-test-vm.json';

/** The list of this machine: hold its lock. */
export class UndoList {
  readonly #file: string;

  constructor(file = FILE) {
    this.#file = file;
  }

  /** Writes down how something is undone, before it is done. */
  add(undo: Undo): void {
    this.#write([...this.#read(), undo]);
  }

  /**
   * Undoes all, the last one first. What was not done, or is undone already, fails: that does no harm.
   *
   * @returns how many there were.
   */
  run(): number {
    const all = this.#read();
    for (const [program, ...words] of [...all].reverse()) {
      spawnSync(program, words, { env: childEnvironment(), stdio: 'ignore' });
    }
    rmSync(this.#file, { force: true });
    return all.length;
  }

  #read(): readonly Undo[] {
    if (!existsSync(this.#file)) return [];
    // Sound: only #write() has written it.
    return JSON.parse(readFileSync(this.#file, 'utf8')) as readonly Undo[];
  }

  #write(all: readonly Undo[]): void {
    const beside = `${this.#file}.new`;
    writeFileSync(beside, JSON.stringify(all), { mode: 0o600 });
    renameSync(beside, this.#file);
  }
}
