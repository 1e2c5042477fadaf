/** Where the things of a process are on the host. */

/** Its program's name in Supervisor, such as `permacoop-api`; also its group's. */
export function programName(application: string, process: string): string {
  return `${application}-${process}`;
}

/** The folder of the programs that Supervisor starts. Root's, so that an application can't change what starts it. */
export function runFolder(application: string): string {
  return `/usr/local/lib/${application}`;
}

/** The program that Supervisor starts: it finds the release and becomes its process. */
export function runFile(application: string, process: string): string {
  return `${runFolder(application)}/${process}`;
}
