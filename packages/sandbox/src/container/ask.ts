/** How a container engine is asked. Nothing that it answers is believed before it is parsed. */
import type { z } from '@fairness-deploy/core';
import { failureOf, HintedError } from '@fairness-deploy/shell/text';
import { command } from '../system/command.js';

export const ENGINES = ['podman', 'docker'] as const;
export type EngineName = (typeof ENGINES)[number];

/** How long an engine may take, in seconds: a daemon that is stuck never answers. */
const PATIENCE = 120;

/**
 * Runs a command of an engine and resolves to its output.
 * @throws HintedError that says whether the engine is not installed, does not answer, or refuses.
 */
export async function ask(
  program: EngineName,
  args: readonly string[],
  seconds = PATIENCE,
): Promise<string> {
  try {
    return await command(program, args, { seconds });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.cause : undefined;
    const missing = reason instanceof Error && 'code' in reason && reason.code === 'ENOENT';
    throw new HintedError(missing ? `${program} is not installed` : failureOf(cause).message, {
      hint: `See whether it works: ${program} info`,
      cause,
    });
  }
}

/** As ask(), where any failure means 'no': resolves to undefined then. */
export const askWhether = (
  program: EngineName,
  args: readonly string[],
): Promise<string | undefined> => ask(program, args).catch(() => undefined);

/**
 * Asks an engine for JSON of a form.
 * @throws HintedError as ask() does, and when the answer has another form.
 */
export async function askFor<T extends z.ZodType>(
  form: T,
  program: EngineName,
  args: readonly string[],
  seconds = PATIENCE,
): Promise<z.output<T>> {
  const answer = await ask(program, args, seconds);
  try {
    return form.parse(JSON.parse(answer));
  } catch (cause) {
    const start = JSON.stringify(answer.slice(0, 200));
    throw new HintedError(
      `Cannot read what "${[program, ...args].join(' ')}" answers: it begins with ${start}`,
      { hint: `See whether it works: ${program} info`, cause },
    );
  }
}
