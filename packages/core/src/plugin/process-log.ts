/** The folder of an application's logs on a host. */
export function logFolder(application: string): string {
  return `/var/log/${application}`;
}

/**
 * Where a process's output is kept on a host. Whoever runs processes writes it there, and
 * whoever has to tell why one doesn't come up finds it.
 */
export function processLog(application: string, process: string): string {
  return `${logFolder(application)}/${process}.log`;
}
