import { z } from 'zod';
import { nameSchema } from './field-schemas.js';
import type { Environment } from './environment.js';
import type { Host } from './host-schema.js';

const ROLES = 'expected a role, or a list of roles';

/** `on` of a section or a process: the roles of the hosts that it is for. */
export const onSchema = z
  .union(
    [nameSchema.transform((role): readonly string[] => [role]), z.array(nameSchema).min(1, ROLES)],
    {
      error: ROLES,
    },
  )
  .describe('The role of the hosts that it is for, or several; all hosts unless given.');

/** Whether something is for a host. */
export function isOn(
  on: readonly string[] | undefined,
  { roles = [] }: Pick<Host, 'roles'>,
): boolean {
  return on === undefined || on.some((role) => roles.includes(role));
}

/** An environment as it is for one host: without the sections and the processes that are for others. */
export function environmentOn(environment: Environment, host: Host): Environment {
  const { application, sections, on } = environment;
  return {
    ...environment,
    ...(application && {
      application: {
        ...application,
        processes: application.processes.filter((process) => isOn(process.on, host)),
      },
    }),
    sections: Object.fromEntries(
      Object.entries(sections).filter(([section]) => isOn(on?.[section], host)),
    ),
  };
}
