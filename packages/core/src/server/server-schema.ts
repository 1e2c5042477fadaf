import { z } from 'zod';
import { hostPathSchema, userSchema } from '../inventory/field-schemas.js';
import { textSchema } from '../inventory/text-schema.js';
import { firewallSchema } from './firewall-schema.js';
import { sshSchema } from './ssh-schema.js';

/** The word for things that should not exist. */
export const ABSENT = 'absent';

const modeSchema = z
  .string({ error: 'expected a mode in quotes, such as "0644"' })
  .regex(/^[0-7]{3,4}$/, 'expected a mode of three or four octal digits, such as "0644"');

const ownership = {
  owner: userSchema.optional().describe('The owner. Default: root.'),
  group: userSchema.optional().describe('The group. Default: root.'),
};

const fileSchema = z
  .strictObject({
    ...ownership,
    mode: modeSchema
      .optional()
      .describe('The mode. Default: "0644", or "0600" when a secret is in the file.'),
    content: textSchema
      .optional()
      .describe('The text of the file. ${secrets.name} may stand in it.'),
    template: z
      .string()
      .optional()
      .describe(
        "Instead of content: an EJS template, relative to the environment's folder. It has environment and host.",
      ),
  })
  .refine(({ content, template }) => (content === undefined) !== (template === undefined), {
    error: 'expected either "content" or "template"',
  });

/** A file of the section. */
export type FileEntry = Readonly<z.infer<typeof fileSchema>>;

const directorySchema = z.strictObject({
  ...ownership,
  mode: modeSchema.optional().describe('The mode. Default: "0755".'),
});

const accountSchema = z.strictObject({
  shell: hostPathSchema.optional().describe('The login shell. It must be installed.'),
  home: hostPathSchema.optional().describe('The home. Default for a new account: /home/<name>.'),
  groups: z
    .array(userSchema)
    .optional()
    .describe('Its groups besides the one of its own name: these and no others.'),
  authorizedKeys: z
    .array(z.string())
    .optional()
    .describe("The public keys that may log in, in OpenSSH's format: these and no others."),
});

const repositorySchema = z.strictObject({
  uris: z.array(z.url()).min(1).describe('Its addresses.'),
  suites: z.array(z.string()).min(1).describe('Such as bookworm-pgdg.'),
  components: z
    .array(z.string())
    .default([])
    .describe('Such as main. None where the suite is a path that ends in /.'),
  key: z.string().describe("The file with its public key, relative to the environment's folder."),
});

const serviceSchema = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether the unit starts at boot.'),
  running: z.boolean().default(true).describe('Whether the unit runs now.'),
  loads: z
    .array(hostPathSchema)
    .default([])
    .describe('Files of this section. When one changes, the unit has to load it.'),
  action: z.enum(['reload', 'restart']).default('restart').describe('How the unit loads them.'),
});

const cronSchema = z.strictObject({
  schedule: z.string().describe('The five fields of crontab(5), or a word such as @daily.'),
  user: userSchema.optional().describe('The user that runs it. Default: root.'),
  command: z.string().describe('One line for sh. Write % as it is.'),
});

const orAbsent = <T extends z.ZodType>(schema: T): z.ZodUnion<[z.ZodLiteral<'absent'>, T]> =>
  z.union([z.literal(ABSENT), schema]);

/** Everything that a server needs besides the application and the other sections. */
export const serverSchema = z
  .strictObject({
    packages: z
      .array(z.string())
      .default([])
      .describe('Debian packages to install: name, or name=version.'),
    repositories: z
      .record(z.string(), repositorySchema)
      .default({})
      .describe('Repositories of packages that Debian does not have, by name.'),
    users: z
      .record(userSchema, orAbsent(accountSchema))
      .default({})
      .describe('Accounts, by name. absent removes one, and leaves its home.'),
    directories: z
      .record(hostPathSchema, orAbsent(directorySchema))
      .default({})
      .describe('Folders, by path. absent removes an empty one.'),
    files: z
      .record(hostPathSchema, orAbsent(fileSchema))
      .default({})
      .describe('Files, by path. absent removes one.'),
    links: z
      .record(hostPathSchema, z.string())
      .default({})
      .describe('Symbolic links: the target, by path. absent removes one.'),
    services: z.record(z.string(), serviceSchema).default({}).describe('systemd units, by name.'),
    cron: z
      .record(z.string(), orAbsent(cronSchema))
      .default({})
      .describe('Scheduled jobs, by name. absent removes one.'),
    firewall: firewallSchema.optional(),
    ssh: sshSchema.optional(),
  })
  .describe(
    'What the server needs besides the application: packages, users, files, services and more. What is not named is left alone.',
  );

export type Server = z.infer<typeof serverSchema>;
