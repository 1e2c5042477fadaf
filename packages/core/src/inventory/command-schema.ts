import { z } from 'zod';

const EXPECTED = 'expected a command: a program and its arguments';
const SHELL = /["'`$&|;<>()*?[\]{}\\#!~\n\r]/;

/**
 * A program and its arguments. Text is split at blanks; syntax that only a shell understands is
 * refused, as no shell runs it.
 */
export const commandSchema = z
  .union([commandText(), commandList()], { error: EXPECTED })
  .describe(
    'A program and its arguments. No shell runs it: write a list when an argument has blanks or quotes.',
  );

function commandText() {
  return z
    .string()
    .check((context) => {
      const refuse = (message: string, hint: string): void => {
        context.issues.push({ code: 'custom', message, input: context.value, params: { hint } });
      };
      const [first] = context.value.trim().split(/[ \t]+/);
      const shell = SHELL.exec(context.value)?.[0];
      if (first === undefined || first === '') {
        refuse(EXPECTED, 'such as: node dist/server.js');
      } else if (shell !== undefined) {
        const shown = shell === '\n' || shell === '\r' ? 'a line break' : shell;
        refuse(
          `expected a program and its arguments, without ${shown}, which only a shell would understand`,
          'write a list, one argument an item: [node, server.js, "--title=Hello, you"]',
        );
      } else if (/^\w+=/.test(first)) {
        refuse(
          `"${first}" is an assignment, expected a program`,
          'set environment variables under env',
        );
      }
    })
    .transform((text): readonly string[] => text.trim().split(/[ \t]+/));
}

function commandList() {
  return z
    .array(z.union([z.string(), z.number()], { error: 'expected text' }).transform(String))
    .min(1, EXPECTED)
    .refine((words) => words[0] !== '', EXPECTED)
    .refine(
      (words) => words.every((word) => !/[\n\r]/.test(word)),
      'expected arguments without line breaks',
    )
    .transform((words): readonly string[] => words);
}
