import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Message } from './message.js';
import { ROOT_VARIABLES } from './root-variables.js';

export const SENDMAIL = '/usr/sbin/sendmail';

/** Seconds that sendmail may take. */
const SENDMAIL_SECONDS = 60;

/** The most bytes of an encoded word's text: 75 characters with all around it (RFC 2047, 2). */
const WORD_BYTES = 42;

/** The longest line of base64 (RFC 2045, 6.8). */
const LINE_CHARACTERS = 76;

/** A mail of one text: its headers are ASCII, its body is base64 (RFC 5322, RFC 2045). Pure. */
export function mailOf(to: string, { subject, text }: Pick<Message, 'subject' | 'text'>): string {
  const body = Buffer.from(`${text}\n`).toString('base64');
  return [
    `To: ${to}`,
    `Subject: ${encodedWords(subject)}`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    ...(body.match(new RegExp(`.{1,${String(LINE_CHARACTERS)}}`, 'g')) ?? []),
    '',
  ].join('\n');
}

/** Encoded words (RFC 2047): each a whole number of characters, on a line of its own. */
function encodedWords(text: string): string {
  const words = [''];
  for (const character of text) {
    const word = `${words.at(-1) ?? ''}${character}`;
    if (Buffer.byteLength(word) > WORD_BYTES) words.push(character);
    else words[words.length - 1] = word;
  }
  return words.map((word) => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`).join('\n ');
}

/**
 * Gives a mail to the host's sendmail.
 *
 * @returns why that failed; undefined when sendmail has taken it.
 */
export async function sendMail(to: string, message: Message): Promise<string | undefined> {
  const program = spawn(SENDMAIL, ['-i', '--', to], {
    ...{ env: ROOT_VARIABLES, stdio: ['pipe', 'ignore', 'pipe'] },
    timeout: SENDMAIL_SECONDS * 1000,
  });
  let said = '';
  program.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-500);
  });
  program.stdin.on('error', () => undefined);
  program.stdin.end(mailOf(to, message));
  try {
    const [status] = (await once(program, 'close')) as [number | null];
    if (status === 0) return undefined;
    const why = said.trim() === '' ? `it ended with ${String(status)}` : said.trim();
    return `Cannot send a mail to ${to}: ${SENDMAIL}: ${why}`;
  } catch (error) {
    return `Cannot send a mail to ${to}: ${error instanceof Error ? error.message : 'it failed'}`;
  }
}
