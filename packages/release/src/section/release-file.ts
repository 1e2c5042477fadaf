import { resolve } from 'node:path';
import { isRecord } from '@fairness-deploy/environment-file';
import type { Environment, Host } from '@fairness-deploy/core';
import {
  jsonFormat,
  plainFormat,
  readProjectFile,
  renderTemplate,
  type Format,
} from '@fairness-deploy/core/resources';
import { Text } from '@fairness-deploy/shell/secret';
import { HintedError } from '@fairness-deploy/shell/text';
import { dotenvFormat } from './dotenv-format.js';
import type { FileTime, GivenFile } from './files.js';

/** A file that is written into a release. */
export interface ReleaseFile {
  /** Relative to the application's folder. */
  readonly path: string;
  readonly content: Text;
  readonly when: FileTime;
}

/** What a template sees besides its variables. */
export interface TemplateContext {
  readonly environment: Environment;
  readonly host: Host;
}

/** The files of a release on a host, by their paths. @throws Error as {@link renderFile} does. */
export function releaseFiles(
  files: Readonly<Record<string, GivenFile>>,
  context: TemplateContext,
): readonly ReleaseFile[] {
  return Object.entries(files)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, file]) => ({
      path,
      content: renderFile(path, file, context),
      when: file.when,
    }));
}

/**
 * The content of a file.
 *
 * @throws Error when a template can't be read or rendered, or when a format can't hold a value.
 */
export function renderFile(path: string, file: GivenFile, context: TemplateContext): Text {
  const content = contentOf(path, file, context);
  if (content.locked !== undefined) return content;
  const text = content.reveal();
  if (PORT.test(text)) {
    throw new HintedError(
      'the port of a process is not known when a file is written, as a release can run in either colour',
      { hint: 'read it at start, from a variable: application.env, or env of a process' },
    );
  }
  if (text.includes('\0')) throw new RangeError('it holds a NUL character');
  return content;
}

/** The mark of a port ({@link portMark}), which a template finds in variables; also within JSON. */
const PORT = /(?:\0|\\u0000)port /;

function contentOf(path: string, file: GivenFile, context: TemplateContext): Text {
  const { content, env, json, template, variables = {} } = file;
  if (content !== undefined) return content;
  if (env !== undefined) {
    return Text.of(
      ...Object.entries(env).flatMap(([name, value]) => [`${name}=`, quoted(name, value), '\n']),
    );
  }
  if (json !== undefined) return Text.of(jsonText(json, '\n'), '\n');
  const name = resolve(context.environment.folder, template ?? '');
  return renderTemplate(
    readProjectFile(name),
    { ...context, variables },
    {
      ...{ name, format: formatOf(path) },
      helpers: { dotenv: dotenvFormat },
    },
  );
}

function quoted(name: string, value: Text): Text {
  try {
    return value.mapWhole(dotenvFormat);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new HintedError(`${name}: ${error.message}`, {
      hint: 'write the file with a template, in the form that its reader expects',
      cause: error,
    });
  }
}

function formatOf(path: string): Format {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/^\.env(?:\.|$)|\.env$/.test(name)) return dotenvFormat;
  return name.endsWith('.json') ? jsonFormat : plainFormat;
}

/** JSON, indented by two blanks, in which secrets stay secret. */
function jsonText(value: unknown, indent: string): Text {
  if (value instanceof Text) return value.mapWhole(jsonFormat);
  const deeper = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => jsonText(item, deeper))
    : isRecord(value)
      ? Object.entries(value).map(([key, item]) =>
          Text.of(`${jsonFormat(key)}: `, jsonText(item, deeper)),
        )
      : undefined;
  if (items === undefined) return Text.of(JSON.stringify(value));
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (items.length === 0) return Text.of(`${open ?? ''}${close ?? ''}`);
  const inside = items.flatMap((item, at) => [at === 0 ? deeper : `,${deeper}`, item]);
  return Text.of(open ?? '', ...inside, indent, close ?? '');
}
