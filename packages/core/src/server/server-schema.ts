import { z } from 'zod';
import { hostPathSchema, userSchema } from '../inventory/field-schemas.js';
import { textSchema } from '../inventory/text-schema.js';

/** Written instead of settings for what should not be there. */
export const ABSENT = 'absent';

const modeSchema = z
  .string({ error: 'expected a mode in quotes, such as "0644"' })
  .regex(/^[0-7]{3,4}$/, 'expected a mode of three or four octal digits, such as "0644"');

const ownership = {
  owner: userSchema.optional(),
  group: userSchema.optional(),
  mode: modeSchema.optional(),
};

const fileSchema = z
  .strictObject({
    ...ownership,
    content: textSchema.optional().describe('What is in the file.'),
    template: z
      .string()
      .optional()
      .describe("An EJS template instead, relative to the environment's folder."),
  })
  .refine(({ content, template }) => (content === undefined) !== (template === undefined), {
    error: 'expected either "content" or "template"',
  });

const directorySchema = z.strictObject(ownership);

const accountSchema = z.strictObject({
  shell: hostPathSchema.optional(),
  home: hostPathSchema.optional(),
  groups: z.array(userSchema).optional(),
  authorizedKeys: z
    .array(z.string())
    .optional()
    .describe("Public keys in OpenSSH's format: these and no more."),
});

const repositorySchema = z.strictObject({
  uris: z.array(z.url()).min(1),
  suites: z.array(z.string()).min(1),
  components: z.array(z.string()).default([]),
  key: z.string().describe("The file of its public key, relative to the environment's folder."),
});

const serviceSchema = z.strictObject({
  enabled: z.boolean().default(true),
  running: z.boolean().default(true),
  loads: z
    .array(hostPathSchema)
    .default([])
    .describe('Files of this section that it has to load when they change.'),
  action: z.enum(['reload', 'restart']).default('restart'),
});

const cronSchema = z.strictObject({
  schedule: z.string(),
  user: userSchema.optional(),
  command: z.string().describe('One line for sh; % needs no escaping.'),
});

const orAbsent = <T extends z.ZodType>(schema: T): z.ZodUnion<[z.ZodLiteral<'absent'>, T]> =>
  z.union([z.literal(ABSENT), schema]);

/** Everything that a server needs beside the application and the other sections. */
export const serverSchema = z
  .strictObject({
    packages: z.array(z.string()).default([]).describe('Debian packages: name, or name=version.'),
    repositories: z.record(z.string(), repositorySchema).default({}),
    users: z.record(userSchema, orAbsent(accountSchema)).default({}),
    directories: z.record(hostPathSchema, orAbsent(directorySchema)).default({}),
    files: z.record(hostPathSchema, orAbsent(fileSchema)).default({}),
    links: z
      .record(hostPathSchema, z.string())
      .default({})
      .describe('Symbolic links: path to target, or "absent".'),
    services: z.record(z.string(), serviceSchema).default({}).describe('systemd units.'),
    cron: z.record(z.string(), orAbsent(cronSchema)).default({}),
  })
  .describe('What the server needs beside the application.');

export type Server = z.infer<typeof serverSchema>;
