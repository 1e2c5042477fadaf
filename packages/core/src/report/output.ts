/** Where a report goes. */
export interface Output {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): void;
  /** Is aborted when nothing can be written any more: its reader has closed it, or its disk is full. */
  readonly closed: AbortSignal;
  /** Waits until it takes more: for work that would print faster than its reader reads. */
  drained(): Promise<void>;
  /** Waits until everything is written. @returns whether it could be. */
  end(): Promise<boolean>;
}

/** The members of Node's streams that are used. */
interface Stream {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly writableNeedDrain: boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'drain', listener: () => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'drain', listener: () => void): unknown;
  write(text: string, done?: (error?: Error | null) => void): unknown;
}

/**
 * Standard output, which may fail before the work has ended: its reader may have closed it (`|
 * head`), or its disk may be full. Work on hosts must not stop half way for that: nothing more is
 * written then, and standard error gets one message.
 */
export function outputTo(stdout: Stream, stderr: Stream): Output {
  let open = true;
  const closed = new AbortController();
  const fail = (error: Error): void => {
    if (open) {
      stderr.write(
        `Cannot write the report: ${error.message}; the command continues, and its exit status will be 1\n`,
      );
    }
    open = false;
    closed.abort();
  };
  const ignore = (): void => undefined;
  stdout.on('error', fail);
  stderr.on('error', ignore);
  return {
    isTTY: stdout.isTTY,
    get columns() {
      return stdout.columns;
    },
    write(text) {
      if (open) stdout.write(text);
    },
    closed: closed.signal,
    async drained() {
      if (!open || !stdout.writableNeedDrain) return;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          stdout.off('drain', done);
          closed.signal.removeEventListener('abort', done);
          resolve();
        };
        stdout.on('drain', done);
        closed.signal.addEventListener('abort', done);
      });
    },
    async end() {
      // Errors come after the call, and before the last write has ended.
      if (open) await new Promise((resolve) => stdout.write('', resolve));
      await new Promise((resolve) => stderr.write('', resolve));
      stdout.off('error', fail);
      stderr.off('error', ignore);
      return open;
    },
  };
}
