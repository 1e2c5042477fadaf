import { isUtf8 } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  LARGEST_SECRETS_FILE_BYTES,
  readRegularFile,
  systemReason,
} from '@fairness-deploy/shell/client';
import { FormatError, SecretsError } from '../secrets-error.js';
import { header, withoutHeader } from './header.js';
import { privateFolder } from './private-folder.js';
import { runEditor } from './run-editor.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** Exit statuses of programs that these signals ended, as shells report them. */
const STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGQUIT: 131 } as const;

export interface Edit {
  readonly text: string;
  /** Lines to stand above it. */
  readonly about: readonly string[];
}

/**
 * Lets the user edit a text until it can be used. During that, the text is in a file of mode 0600,
 * which is overwritten and removed in every case, also on a signal.
 *
 * @param use uses the text; a FormatError opens the editor again, with the message on top.
 * @throws SecretsError when the user gives up.
 */
export async function editText<T>(
  { text, about }: Edit,
  env: Readonly<Record<string, string | undefined>>,
  use: (edited: string) => Promise<T>,
): Promise<T> {
  const folder = privateFolder(env);
  // Editors choose their colours by its suffix.
  const path = join(folder.path, 'secrets.yaml');
  const abort = new AbortController();
  const dispose = (): void => {
    folder.dispose();
  };
  const onSignal = (signal: (typeof SIGNALS)[number]): void => {
    abort.abort();
    dispose();
    // Another listener may report the signal first.
    setImmediate(() => process.exit(STATUS[signal]));
  };
  // Also when Nx, whose child we are, was killed.
  const onDisconnect = (): void => {
    onSignal('SIGHUP');
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('disconnect', onDisconnect);
  process.on('exit', dispose);
  try {
    let current = Buffer.from(text);
    let lines = about;
    for (;;) {
      const shown = Buffer.concat([Buffer.from(header(lines)), current]);
      onFile('write', () => {
        writeFileSync(path, shown, { mode: 0o600 });
      });
      await runEditor(path, env, abort.signal);
      const edited = onFile('read', () => readRegularFile(path, LARGEST_SECRETS_FILE_BYTES));
      // Byte by byte, as the editor wrote them.
      const given = Buffer.from(withoutHeader(edited.toString('latin1')), 'latin1');
      try {
        return await use(textOf(given));
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        if (edited.equals(shown) && lines !== about) {
          throw new SecretsError(`Cannot use what you wrote: ${error.message}; nothing is written`);
        }
        current = given;
        const above = about.length + 2;
        lines = [
          `Cannot use this: ${asShown(error.message, above)}`,
          'Put it right, or leave it as it is to give up.',
          ...about,
        ];
      }
    }
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.off('disconnect', onDisconnect);
    process.off('exit', dispose);
    dispose();
  }
}

/** @throws SecretsError about the plain file. */
function onFile<T>(act: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw new SecretsError(
      `Cannot ${act} the file that is edited: ${systemReason(cause)}; nothing is written`,
      { cause },
    );
  }
}

/** @throws FormatError when letters would be lost. */
function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  throw new FormatError(
    'the editor has saved it in another encoding than UTF-8 (in vim, :set fileencoding=utf-8)',
  );
}

/** A line's number in the editor, which includes our header. */
function asShown(message: string, above: number): string {
  return message.replace(
    /^line (\d+)/,
    (_, line: string) => `line ${String(Number(line) + above)}`,
  );
}
