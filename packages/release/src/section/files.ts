import { isRecord } from '@fairness-deploy/environment-file';
import { textSchema, z } from '@fairness-deploy/core';
import { releasePath } from './release-path.js';

/** The work that a file is written for, and so before. */
export const FILE_TIMES = ['install', 'build', 'start'] as const;
export type FileTime = (typeof FILE_TIMES)[number];

const PATH = "expected a file in the application's folder, such as client/.env, without '..'";
const NAME = 'expected a name of letters, digits and _, not beginning with a digit';
const CONTENTS = ['content', 'env', 'json', 'template'] as const;

const valuesSchema = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, NAME), textSchema);

const fileSchema = z
  .strictObject({
    content: textSchema
      .describe('The text of the file. ${secrets.name} may stand in it.')
      .exactOptional(),
    env: valuesSchema
      .describe('Instead of content: variables, written as a .env file with quotes as needed.')
      .exactOptional(),
    json: z
      .custom<object>((value) => isRecord(value) || Array.isArray(value), {
        error: 'expected a map or a list',
      })
      .meta({ type: ['object', 'array'] })
      .describe('Instead of content: values, written as JSON. Secrets may stand in texts.')
      .exactOptional(),
    template: z
      .string()
      .describe(
        "Instead of content: an EJS template, relative to the environment's folder. It has environment, host and variables. <%= %> quotes values for .env and .json files; elsewhere it writes them as they are, on one line.",
      )
      .exactOptional(),
    variables: valuesSchema
      .describe('Values for the template: <%= variables.name %>. Secrets may stand in them.')
      .exactOptional(),
    when: z
      .enum(FILE_TIMES, { error: `expected ${FILE_TIMES.join(', ')}` })
      .default('install')
      .describe(
        'Before which work the file is written. install and build: a changed value leads to a new build. start: after the build, before migrate; a changed value leads to a copy of the build.',
      ),
  })
  .superRefine((file, context) => {
    const given = CONTENTS.filter((key) => file[key] !== undefined);
    if (given.length !== 1) {
      context.addIssue({
        code: 'custom',
        message: `expected one of ${CONTENTS.join(', ')}`,
        params: { hint: 'an empty file has content: ""' },
      });
    } else if (file.variables !== undefined && file.template === undefined) {
      context.addIssue({
        ...{ code: 'custom', path: ['variables'], message: 'only a template has variables' },
        params: { hint: 'write the values themselves, or env: for a .env file' },
      });
    }
  });

/** A file as it is written in the section. */
export type GivenFile = z.output<typeof fileSchema>;

/** The files that are written into each release, of the section `release`. */
export const filesSchema = z
  .record(releasePath(PATH), fileSchema, { error: 'expected a map of files by path' })
  .default({})
  .describe(
    "Files that are written into each release, by their paths in the application's folder. With a secret only the application's user can read them (0600), else all who can read the release (0644).",
  );
