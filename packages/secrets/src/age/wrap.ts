/** Encrypts a file's key for one recipient: the arguments and the body of a stanza of age's header. */
export type Wrap = (fileKey: Uint8Array) => {
  readonly args: readonly string[];
  readonly body: Uint8Array;
};
