import { openSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import { printable } from '@fairness-deploy/shell/text';
import { SecretsError } from '../secrets-error.js';
import { interrupt } from './interrupt.js';

const CONTROL = {
  interrupt: '\u0003',
  end: '\u0004',
  erase: '\u007f',
  eraseToo: '\b',
  line: '\u0015',
};

/** Unicode's category Cc. */
const CONTROLS = /\p{Cc}/u;

/**
 * Asks on the terminal for a hidden value. Uses the terminal also when standard input is a pipe.
 *
 * @returns undefined without a terminal.
 * @throws SecretsError when the value can't have been typed as a line.
 */
export async function askHidden(question: string): Promise<string | undefined> {
  if (process.stdin.isTTY) return readHidden(process.stdin, process.stderr, question);
  if (!process.stderr.isTTY && !process.stdout.isTTY) return undefined;
  let terminal: number;
  try {
    terminal = openSync('/dev/tty', 'r+');
  } catch {
    return undefined;
  }
  const input = new ReadStream(terminal);
  const output = new WriteStream(openSync('/dev/tty', 'w'));
  try {
    return await readHidden(input, output, question);
  } finally {
    input.destroy();
    output.destroy();
  }
}

/** Edits lines itself, as the terminal would otherwise echo them. */
function readHidden(
  input: ReadStream,
  output: { write(text: string): unknown },
  question: string,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let line = '';
    const stop = (): void => {
      input.off('data', read);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
    };
    const finish = (answer: string | undefined): void => {
      stop();
      resolve(answer);
    };
    const refuse = (what: string): void => {
      stop();
      reject(
        new SecretsError(`Cannot take what was typed: it has ${what}`, {
          hint: 'a value with other than letters, digits and signs is given on standard input: … < file',
        }),
      );
    };
    const read = (chunk: Buffer | string): void => {
      const given = String(chunk);
      for (const [at, character] of Array.from(given).entries()) {
        if (character === '\r' || character === '\n') {
          const rest = Array.from(given)
            .slice(at + 1)
            .join('');
          // Pasted: only its first line would be taken.
          if (rest.trim() !== '') refuse('several lines');
          else finish(line);
          return;
        }
        if (character === CONTROL.interrupt) {
          stop();
          interrupt();
          return;
        }
        if (character === CONTROL.end) {
          if (line === '') {
            finish(undefined);
            return;
          }
        } else if (character === CONTROL.erase || character === CONTROL.eraseToo) {
          line = Array.from(line).slice(0, -1).join('');
        } else if (character === CONTROL.line) {
          line = '';
        } else if (CONTROLS.test(character)) {
          // Such as an arrow's, which would be kept and never seen.
          refuse('a control character');
          return;
        } else {
          line += character;
        }
      }
    };
    output.write(printable(question));
    input.setRawMode(true);
    input.setEncoding('utf8');
    input.on('data', read);
    input.resume();
  });
}
