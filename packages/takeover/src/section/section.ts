import { hostPathSchema, z } from '@fairness-deploy/core';

const PROGRAMS = 'expected a file in /etc/supervisor/conf.d, such as supervisor.conf';
const SITES = 'expected names of files in /etc/nginx/sites-enabled, such as permacoop.conf';
const ACCEPT =
  "expected directives of the old files as the plan names them, such as 'permacoop.conf:12 auth_basic'";
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

export const sectionSchema = z
  .strictObject({
    checkout: hostPathSchema
      .regex(/^\/[^/]+\/./, 'expected a folder within another one, such as /root/permacoop')
      .describe(
        'The old checkout, an absolute path. Node.js of nvm is looked for in the folder that it is in.',
      ),
    keep: z
      .boolean({ error: 'expected true or false' })
      .default(false)
      .describe(
        'Whether the old checkout, the Node.js of nvm and the file dhparams.pem of nginx stay.',
      ),
    programs: z
      .string({ error: PROGRAMS })
      .regex(NAME, PROGRAMS)
      .default('supervisor.conf')
      .describe("The file of the old programs, in Supervisor's folder /etc/supervisor/conf.d."),
    sites: z
      .array(z.string({ error: SITES }).regex(NAME, SITES), { error: SITES })
      .min(1, SITES)
      .default(['permacoop.conf', 'letsencrypt.conf'])
      .describe("The files of the old sites, in nginx's folder /etc/nginx/sites-enabled."),
    accept: z
      .array(
        z
          .string({ error: ACCEPT })
          .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}:[1-9]\d{0,5} \S{1,200}$/, ACCEPT),
        { error: ACCEPT },
      )
      .default([])
      .describe(
        "Directives of the old files of nginx that the old roles did not write, and that the section nginx takes care of, or nobody needs. Each is named as the plan does that is refused: 'permacoop.conf:12 auth_basic'. A block counts with all that is in it.",
      ),
  })
  .describe('Takes over a live server that the old Ansible roles have set up.');

/** What is to be taken over. */
export type Section = Readonly<z.output<typeof sectionSchema>>;

/**
 * The section with its defaults.
 *
 * @throws ZodError when it can't be one.
 */
export function sectionOf(given: z.input<typeof sectionSchema>): Section {
  return sectionSchema.parse(given);
}

/** The old file of Supervisor. */
export function programsFile({ programs }: Pick<Section, 'programs'>): string {
  return `/etc/supervisor/conf.d/${programs}`;
}
