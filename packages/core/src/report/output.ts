/** Where a report goes. */
export interface Output {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): void;
  /** Waits until everything is written. @returns whether it could be. */
  end(): Promise<boolean>;
}

/** The members of Node's streams that are used. */
interface Stream {
  readonly isTTY: boolean;
  readonly columns: number;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  write(text: string, done?: (error?: Error | null) => void): unknown;
}

/**
 * Standard output, which may fail before the work has ended: its reader may have closed it (`|
 * head`), or its disk may be full. Work on hosts must not stop half way for that: nothing more is
 * written then, and standard error gets one message.
 */
export function outputTo(stdout: Stream, stderr: Stream): Output {
  let open = true;
  const fail = (error: Error): void => {
    if (open) {
      stderr.write(
        `Cannot write the report: ${error.message}; the command continues, and its exit status will be 1\n`,
      );
    }
    open = false;
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
