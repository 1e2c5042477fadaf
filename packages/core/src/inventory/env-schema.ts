import type { Text } from '@fairness-deploy/shell/secret';
import { z } from 'zod';
import { textSchema } from './text-schema.js';

const NAME =
  'expected the name of an environment variable: letters, digits and _, not beginning with a digit';

/** Variables that bash or dash won't let a script set, or that change how a script runs. */
const SHELL_OWN = [
  'UID',
  'EUID',
  'PPID',
  'BASHOPTS',
  'SHELLOPTS',
  'BASH_VERSINFO',
  'OPTIND',
  'IFS',
  'PWD',
  'OLDPWD',
];

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, NAME)
  .refine((name) => !SHELL_OWN.includes(name), {
    error: "it is the shell's own",
  })
  .refine((name) => name !== 'COMMIT' && name !== 'RELEASE', {
    error: 'each release sets it, to tell what runs',
    params: { hint: 'leave it out' },
  })
  .refine((name) => name !== 'INSTANCE', {
    error: 'INSTANCE is set for each of several instances of a process',
    params: { hint: 'leave it out' },
  })
  .refine((name) => name !== 'PORT', {
    error: 'PORT is set for each process, from its own port',
    params: { hint: 'leave it out' },
  });

/** Environment variables of a process: POSIX names (XBD 8.1), values in which secrets may stand. */
export const envSchema = z
  .record(variableName, textSchema)
  .transform((env): Readonly<Record<string, Text>> => env)
  .describe('Environment variables.');
