import type { Text } from '@fairness-deploy/secrets';
import { z } from 'zod';
import { textSchema } from './text-schema.js';

const NAME =
  'expected the name of an environment variable: letters, digits and _, not beginning with a digit';

/** Environment variables of a process: POSIX names (XBD 8.1), values in which secrets may stand. */
export const envSchema = z
  .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, NAME), textSchema)
  .check((context) => {
    if (!Object.hasOwn(context.value, 'PORT')) return;
    context.issues.push({
      code: 'custom',
      path: ['PORT'],
      message: 'PORT is set for each process, from its own port',
      input: context.value,
      params: { hint: 'leave it out' },
    });
  })
  .transform((env): Readonly<Record<string, Text>> => env)
  .describe('Environment variables.');
