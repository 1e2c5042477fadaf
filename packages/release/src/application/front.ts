/** The program that sends requests to the application's processes, and serves its static files. */
export interface Front {
  /**
   * The group of its workers. They must be able to connect to the processes' sockets, and to read the
   * static files.
   */
  readonly group: string;
}
