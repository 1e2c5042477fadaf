import { recipientLine } from '../age/recipient.js';
import { AGE_MARK, splitMac } from './age-text.js';

/**
 * The recipients of a secrets file, a line each as age takes it; undefined when it is not a file for
 * recipients. Only opening the file proves that nobody has added one: its MAC is not checked.
 *
 * @throws FormatError when the file is damaged.
 */
export function recipientsOf(text: string): readonly string[] | undefined {
  if (!text.startsWith(AGE_MARK)) return undefined;
  return splitMac(text).parsed.recipients.map(recipientLine);
}
