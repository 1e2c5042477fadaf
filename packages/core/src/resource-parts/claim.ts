/**
 * What an environment has on a host that others must not have, or must have in the same way. When
 * several environments share a host, one whose claim differs is refused.
 */
export interface Claim {
  /** Without a line break: `the port 3000`. */
  readonly what: string;
  /** For what, or how: `for shop`, `30`. Claims that are the same agree with each other. */
  readonly is: string;
}
