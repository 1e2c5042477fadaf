import { createHash } from 'node:crypto';
import { type Script, sh } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';

/** The content of a file: text, text with secrets in it, or bytes. */
export type Content = string | Text | Uint8Array;

/** Content of more bytes is compared by digest alone. */
export const SHOWN_BYTES = 64 * 1024;

/** @throws RangeError when text holds a NUL, which no shell word can: give bytes instead. */
export function checkContent(what: string, content: Content): void {
  if (content instanceof Uint8Array || isLocked(content)) return;
  if (!reveal(content).includes('\0')) return;
  throw new RangeError(`Cannot write ${what}: its text holds a NUL character, expected bytes`);
}

/** Whether it may not be shown. */
export function isSecret(content: Content): boolean {
  return content instanceof Text && content.secrets.length > 0;
}

/** Whether it can't be revealed; then it can't be written either. */
function isLocked(content: string | Text): boolean {
  return content instanceof Text && content.locked !== undefined;
}

/** SHA-256 in hexadecimal; secret if the content is, as short secrets can be guessed from it. */
export function digestOf(content: Content): Text {
  if (content instanceof Uint8Array) return Text.of(sha256(content));
  return Text.of(content).mapWhole(sha256);
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The content if people can read it in a diff, else a placeholder. Never of secret content. */
export function shownContent(content: Content): string {
  const bytes = Buffer.from(content instanceof Uint8Array ? content : reveal(content));
  if (isSecret(content) || bytes.length > SHOWN_BYTES || !isText(bytes)) {
    return standIn(digestOf(content).reveal());
  }
  return bytes.toString();
}

/** The placeholder for content that isn't shown. */
export function standIn(digest: string): string {
  return `sha256:${digest}`;
}

/** Whether a text is such a placeholder. */
export function isStandIn(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

function isText(bytes: Buffer): boolean {
  return !bytes.includes(0) && Buffer.from(bytes.toString()).equals(bytes);
}

/**
 * Prints the content. A builtin of the shell prints it (dash(1) and bash(1) have `printf`), so that
 * no process list shows it and its length has no limit.
 */
export function printContent(content: Content): Script {
  if (content instanceof Uint8Array) {
    return sh`printf %s ${Buffer.from(content).toString('base64')} | base64 -d`;
  }
  return sh`printf %s ${content}`;
}

function reveal(content: string | Text): string {
  return typeof content === 'string' ? content : content.reveal();
}
