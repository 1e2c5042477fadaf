import { isRecipientName } from '../age/recipient.js';

const SEPARATOR = ', ';

/** One text of the names of several people, each once: as `to-change` has them. */
export function joinNames(texts: readonly (string | undefined)[]): string {
  const names = texts.flatMap((text) => text?.split(SEPARATOR) ?? []);
  return [...new Set(names)].filter((name) => name !== '').join(SEPARATOR);
}

/** Whether a text can be one of {@link joinNames}. */
export function areNames(text: string): boolean {
  return text.split(SEPARATOR).every(isRecipientName);
}
