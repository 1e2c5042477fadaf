/** The program that sends requests to the application's processes. */
export interface Front {
  /** The group of the users that must be able to connect to the processes' sockets. */
  readonly group: string;
}
