import { z } from 'zod';
import { envSchema } from './env-schema.js';
import { hostPathSchema, isOwnUser, nameSchema, userSchema } from './field-schemas.js';
import { nodeRuntimeSchema } from './node-runtime-schema.js';
import { processesSchema, type Process } from './process-schema.js';
import { schedulesSchema } from './schedule-schema.js';
import { staticSchema, type StaticFiles } from './static-schema.js';
import { pathKey } from './url-path.js';

/** Names in /var/log that Debian and its packages use: the application's logs are in a folder of its name. */
const LOG_FOLDERS = [
  ...['apache2', 'apt', 'audit', 'chrony', 'cups', 'exim4', 'fail2ban', 'journal', 'letsencrypt'],
  ...['mysql', 'nginx', 'ntpsec', 'postgresql', 'private', 'redis', 'runit', 'samba', 'supervisor'],
  ...['sysstat', 'unattended-upgrades'],
];

/** The application of an environment. */
export type Application = Readonly<z.output<typeof applicationSchema>>;

export const applicationSchema = z
  .strictObject({
    name: nameSchema
      .max(32, 'expected at most 32 characters')
      .refine((name) => !LOG_FOLDERS.includes(name), {
        error: 'its logs would be in a folder of the system itself',
        params: { hint: 'choose another name' },
      })
      .describe('The name, which is also the default of the user, the home and the site.'),
    user: userSchema
      .describe(
        "The system user that it runs as, which is made when missing. Default: the application's name.",
      )
      .exactOptional(),
    home: hostPathSchema
      .describe('The folder of its releases and shared files. Default: /srv/<name>.')
      .exactOptional(),
    node: nodeRuntimeSchema.exactOptional(),
    env: envSchema
      .prefault({})
      .describe('Environment variables of all processes. ${secrets.name} may stand in a value.'),
    processes: processesSchema,
    static: staticSchema,
    schedules: schedulesSchema.exactOptional(),
  })
  .refine(({ name, user = name }) => isOwnUser(user), {
    path: ['user'],
    error: "this is a user of the system itself, expected one of the application's own",
    params: { hint: "name another user; the default is the application's name" },
  })
  .transform((application) => ({
    user: application.name,
    home: `/srv/${application.name}`,
    ...application,
  }))
  .superRefine(checkPaths)
  .describe('The application that is deployed, its processes and its scheduled jobs.');

interface Paths {
  readonly processes: readonly Pick<Process, 'name' | 'route'>[];
  readonly static: readonly Pick<StaticFiles, 'path'>[];
}

/** A path leads to one process or one folder. */
function checkPaths({ processes, static: folders }: Paths, context: z.core.$RefinementCtx): void {
  const owners = new Map<string, string>(
    processes.flatMap(({ name, route }) =>
      route === undefined
        ? []
        : [[pathKey(route), `the process "${name}" has this route`] as const],
    ),
  );
  for (const { path } of folders) {
    const owner = owners.get(pathKey(path));
    owners.set(pathKey(path), `"${path}" leads to the same place`);
    if (owner === undefined) continue;
    const message = `${owner}, expected a path of its own`;
    context.addIssue({ code: 'custom', path: ['static', path], message });
  }
}
