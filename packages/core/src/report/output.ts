/** Where a report goes. */
export interface Output {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): void;
  /** Waits until all is written. @returns whether it could be. */
  end(): Promise<boolean>;
}

/** What is used of a stream of Node's. */
interface Stream {
  readonly isTTY: boolean;
  readonly columns: number;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  write(text: string, done?: (error?: Error | null) => void): unknown;
}

/**
 * Standard output, which may be closed before the work has ended: its reader may have had
 * enough (`| head`), or the disk that it goes to may be full. Work on hosts isn't given up half way
 * for that: nothing more is written then, and standard error, where there is one, tells so once.
 */
export function outputTo(stdout: Stream, stderr: Stream): Output {
  let open = true;
  const fail = (error: Error): void => {
    if (open) {
      stderr.write(
        `Cannot write the report: ${error.message}; the work goes on to its end, and the exit status tells that its report isn't whole\n`,
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
      // Errors come after the call, and before what is written last is done with.
      if (open) await new Promise((resolve) => stdout.write('', resolve));
      await new Promise((resolve) => stderr.write('', resolve));
      stdout.off('error', fail);
      stderr.off('error', ignore);
      return open;
    },
  };
}
