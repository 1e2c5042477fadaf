import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { LogSource } from '../../plugin/log-source.js';
import { FrameStream } from '../frames.js';
import { LogFeed, type FeedEvent } from '../log-feed.js';
import { logScript, type LogRequest } from '../log-script.js';

/** Reads logs of this machine by the host's program, as a connection does: for tests. */
export class LocalReading {
  readonly feed: LogFeed;
  readonly events: FeedEvent[] = [];
  /** How many bytes the program has printed. */
  bytes = 0;
  readonly #request: LogRequest;
  #child: ChildProcess | undefined;

  constructor(sources: readonly LogSource[], request: Partial<LogRequest> = {}) {
    this.feed = new LogFeed(sources);
    this.#request = { follow: true, lines: 10, ...request };
  }

  /** All lines that have come. */
  get lines(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === 'line' ? [event.line] : []));
  }

  get isCaughtUp(): boolean {
    return this.events.some(({ kind }) => kind === 'caught-up');
  }

  /** The failures, by their reasons. */
  get failures(): readonly string[] {
    return this.events.flatMap((event) =>
      event.kind === 'failure' || event.kind === 'gap' ? [event.reason] : [],
    );
  }

  /** Starts the program, where it was left. */
  start(): void {
    const frames = new FrameStream();
    const script = logScript(this.#request, this.feed.wanted).reveal();
    const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      for (const frame of frames.read(chunk)) this.events.push(...this.feed.take(frame));
    });
    this.#child = child;
  }

  /** Loses what is under way, as a connection that is cut. */
  async cut(): Promise<void> {
    const child = this.#child;
    if (!child?.stdout) return;
    child.stdout.removeAllListeners('data').destroy();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    this.feed.reconnect();
  }

  /** Reads to the end: for a request that doesn't follow. */
  async toEnd(): Promise<readonly string[]> {
    this.start();
    if (this.#child) await once(this.#child, 'close');
    this.events.push(...this.feed.end());
    return this.lines;
  }
}
