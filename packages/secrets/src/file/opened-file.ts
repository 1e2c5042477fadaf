import type { Lock } from './keys.js';

/** An opened file of secrets. */
export interface OpenedFile {
  readonly lock: Lock;
  /** All of them by name, in the file's order. */
  readonly values: ReadonlyMap<string, string>;
  /** Unencrypted values of the file. */
  readonly unencrypted: readonly string[];
  /** Secrets that a former recipient has seen, and that recipient's name. */
  readonly exposed: ReadonlyMap<string, string>;
  /** The data key as it is encrypted for the recipients, in a file that has one: rekeying makes a new one. */
  readonly sealedKey?: string;
  /** The text for the editor: lines `name: value`. */
  readonly plain: string;
  /**
   * The file's text after an edit. Unchanged values keep their ciphertext if each has its own, and
   * the text stays as it is when nothing changed.
   *
   * @throws FormatError when the edited text isn't a text of secrets.
   */
  seal(plain: string): Promise<string>;
}
