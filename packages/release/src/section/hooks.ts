import { envSchema, secondsSchema, shellCommandSchema, z } from '@fairness-deploy/core';
import { PHASES, type Phase } from '../order/phases.js';

const PHASE = `expected a phase: ${PHASES.join(', ')}`;

const phaseSchema = z.enum(PHASES, { error: PHASE });

/** A command of the project's own before or after a phase of a deployment. */
export interface Hook {
  readonly phase: Phase;
  readonly when: 'before' | 'after';
  readonly run: string;
  readonly on: 'server' | 'client';
  readonly optional: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly env: z.output<typeof envSchema>;
  /** Whether it is checked and shown only, and not run: in a rehearsal. Default: false. */
  readonly isDry?: boolean;
}

const hookSchema = z
  .strictObject({
    before: phaseSchema
      .describe('The phase before which the command runs. Each hook has either before or after.')
      .exactOptional(),
    after: phaseSchema.describe('The phase after which the command runs.').exactOptional(),
    run: shellCommandSchema.describe(
      'The command. sh runs it, and stops at the first command that fails.',
    ),
    on: z
      .enum(['server', 'client'], { error: 'expected server or client' })
      .default('server')
      .describe(
        "server: on each host, as the application's user, in the folder of the release. client: on this machine, in the folder of the workspace, once for all hosts.",
      ),
    optional: z
      .boolean({ error: 'expected true or false' })
      .default(false)
      .describe('Whether a failure only gives a warning. Otherwise it fails the deployment.'),
    timeout: secondsSchema
      .default(300)
      .describe('Seconds that the command may take. Then it is ended, which is a failure.'),
    env: envSchema.prefault({}).describe('More environment variables.'),
  })
  .transform(({ before, after, ...rest }, context): Hook => {
    const refuse = (path: readonly string[], message: string, hint: string): never => {
      context.addIssue({ code: 'custom', path: [...path], message, params: { hint } });
      return z.NEVER;
    };
    const phase = before ?? after;
    if (phase === undefined || (before !== undefined && after !== undefined)) {
      return refuse(
        [],
        'expected one of before and after',
        'such as: { before: migrate, run: npm run check-database }',
      );
    }
    if (before === 'fetch' && rest.on === 'server') {
      return refuse(
        ['before'],
        'before it is fetched, there is no release on the server that a command could run in',
        'write before: install, or on: client',
      );
    }
    return { ...rest, phase, when: before === undefined ? 'after' : 'before' };
  });

/** The hooks of the section `release`. */
export const hooksSchema = z
  .array(hookSchema, { error: 'expected a list of hooks' })
  .default([])
  .describe(
    'Commands before and after the phases of a deployment. Those of one place run in this order.',
  );
