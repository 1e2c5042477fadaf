import type { Lock } from './keys.js';

/** A file of secrets that has been opened. */
export interface OpenedFile {
  readonly lock: Lock;
  /** All of them by name, in the file's order. */
  readonly values: ReadonlyMap<string, string>;
  /** Those that stand in the file without encryption. */
  readonly unencrypted: readonly string[];
  /** Secrets that someone has seen who is no recipient any more, and who that was. */
  readonly exposed: ReadonlyMap<string, string>;
  /** The data key as it is encrypted for the recipients, in a file that has one: rekeying makes a new one. */
  readonly sealedKey?: string;
  /** What people edit: lines `name: value`. */
  readonly plain: string;
  /**
   * The file's text after an edit. Values that stayed keep their ciphertext where each has
   * one of its own, and the text stays as it is when nothing changed.
   *
   * @throws FormatError when the edited text isn't one of secrets.
   */
  seal(plain: string): Promise<string>;
}
