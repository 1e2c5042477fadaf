import type { Colour, Program } from '@fairness-deploy/release';

/** The names of a release's programs in Supervisor, and where their configuration is. */

/** The groups of a colour, such as `shop-blue` and `shop-blue-workers`. */
export interface Groups {
  /** Programs that run beside those of the previous release. */
  readonly shared: string;
  /** Workers that start only when those of the previous release have ended. */
  readonly exclusive: string;
}

/** @param colour a colour, or what stands for it in a script, such as `"$fd_colour"` */
export function groupsOf(application: string, colour: string): Groups {
  return {
    shared: `${application}-${colour}`,
    exclusive: `${application}-${colour}-workers`,
  };
}

/** The group of a program in a colour. */
export function groupOf(
  application: string,
  { exclusive }: Pick<Program, 'exclusive'>,
  colour: string,
): string {
  const groups = groupsOf(application, colour);
  return exclusive ? groups.exclusive : groups.shared;
}

/** Supervisor's name of a program in a colour, such as `shop-blue:api`. */
export function programName(
  application: string,
  program: Pick<Program, 'name' | 'exclusive'>,
  colour: Colour,
): string {
  return `${groupOf(application, program, colour)}:${program.name}`;
}

/** The file of a colour's programs, for Supervisor. It belongs to the release in that colour. */
export function configurationFile(application: string, colour: Colour): string {
  return `/etc/supervisor/conf.d/${application}-${colour}.conf`;
}

/** The same file, among the files of a release. */
export function releaseFile(colour: Colour): string {
  return `supervisor-${colour}.conf`;
}
