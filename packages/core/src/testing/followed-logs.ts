import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { CommandWorkspace } from './command-workspace.js';

/** An event of `logs --json`. */
export interface LoggedEvent {
  readonly type: string;
  readonly host?: string;
  readonly source?: string;
  readonly line?: string;
  readonly text?: string;
  readonly message?: string;
  readonly time?: string;
  readonly level?: string;
}

/** `logs --follow --json` of the product, as its users start it. */
export class FollowedLogs {
  readonly notices: string[] = [];
  /** How often each line has come. */
  readonly counts = new Map<string, number>();
  readonly events: LoggedEvent[] = [];
  readonly #child;
  readonly #read: Promise<void>;
  #isClosed = false;

  /** @param keep whether all events are kept, not only the lines */
  constructor(
    workspace: CommandWorkspace,
    environment: string,
    words: readonly string[],
    keep = true,
  ) {
    this.#child = workspace.startReadable('logs', environment, '--follow', '--json', ...words);
    this.#read = this.#count(keep);
  }

  async #count(keep: boolean): Promise<void> {
    for await (const text of createInterface({ input: this.#child.stdout })) {
      const event = JSON.parse(text) as LoggedEvent;
      if (keep) this.events.push(event);
      if (event.type === 'notice' || event.type === 'failure') {
        this.notices.push(event.text ?? event.message ?? '');
      }
      if (event.type !== 'log' || event.line === undefined) continue;
      this.counts.set(event.line, (this.counts.get(event.line) ?? 0) + 1);
    }
  }

  /** The memory of the command, in MiB; 0 when it has ended. */
  memoryMebibytes(): number {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return 0;
    const status = readFileSync(`/proc/${String(this.#child.pid)}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  }

  /** Stops reading for a while, as a pager does. */
  pause(): () => void {
    this.#child.stdout.pause();
    return () => {
      this.#child.stdout.resume();
    };
  }

  /** Reads no more, for good, as head(1) does. */
  close(): void {
    this.#isClosed = true;
    this.#child.stdout.destroy();
  }

  /** Its end. */
  get ended(): Promise<unknown> {
    return this.#child.exitCode === null ? once(this.#child, 'exit') : Promise.resolve();
  }

  /** Ctrl-C. @returns the exit status. */
  async interrupt(): Promise<number | null> {
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGINT');
      await ended;
    }
    if (!this.#isClosed) await this.#read;
    return this.#child.exitCode;
  }
}
