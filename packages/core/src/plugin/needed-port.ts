/** A TCP port of a host that others must reach. */
export interface NeededPort {
  readonly port: number;
  /** What needs it, for people: `the database`. */
  readonly what: string;
  /** The addresses and networks that must reach it. Undefined: everybody. */
  readonly from?: readonly string[];
}
