import type { Colour } from '@fairness-deploy/release';

/** The paths and names of a process on the host. */

/** The name of its group in Supervisor, such as `permacoop-api`. */
export function groupName(application: string, process: string): string {
  return `${application}-${process}`;
}

/** Supervisor's name of a process in a colour, such as `permacoop-api:blue`. */
export function programName(application: string, process: string, colour: Colour): string {
  return `${groupName(application, process)}:${colour}`;
}

/**
 * The folder of the programs that Supervisor starts. Root's, so that an application can't change
 * them.
 */
export function runFolder(application: string): string {
  return `/usr/local/lib/${application}`;
}

/** The program that Supervisor starts: it finds the release and becomes its process. */
export function runFile(application: string, process: string): string {
  return `${runFolder(application)}/${process}`;
}
