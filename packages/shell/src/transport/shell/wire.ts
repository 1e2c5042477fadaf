import type { Readable, Writable } from 'node:stream';

/** A shell process that runs somewhere: its streams, and its end. */
export interface Wire {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Why it ended, for people: `the shell ended with status 1`. Never rejects. */
  readonly ended: Promise<string>;
  /** Ends it when nothing runs on it. */
  close(): Promise<void>;
  /** Ends it at once. */
  destroy(): void;
}
