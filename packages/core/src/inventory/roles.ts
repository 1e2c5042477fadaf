import { z } from 'zod';
import { nameSchema } from './field-schemas.js';

const ROLES = 'expected a role, or a list of roles';

/** `on` of a section or a process: the roles of the hosts that it is for. */
export const onSchema = z
  .union(
    [nameSchema.transform((role): readonly string[] => [role]), z.array(nameSchema).min(1, ROLES)],
    {
      error: ROLES,
    },
  )
  .describe('The role of the hosts that it is for, or several. Default: all hosts.');

/** Whether something is for a host. */
export function isOn(
  on: readonly string[] | undefined,
  { roles = [] }: { readonly roles?: readonly string[] },
): boolean {
  return on === undefined || on.some((role) => roles.includes(role));
}
