import { createRequire } from 'node:module';
import { failureOf, HintedError } from '@fairness-deploy/shell/text';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import type * as Ejs from 'ejs';
import { jsonFormat, plainFormat, shFormat, type Format } from './format.js';
import { Placeholders } from './placeholders.js';

/** A template's settings besides its data. */
export interface TemplateOptions {
  /** Its name in messages, such as its path; includes are relative to it. */
  readonly name?: string;
  /** How `<%= value %>` writes a value; default: one line as it is. */
  readonly format?: Format;
  /** More ways to write a value, for `<%- helper(value) %>`, besides `sh`, `json` and `plain`. */
  readonly helpers?: Readonly<Record<string, Format>>;
}

const HELPERS = { sh: shFormat, json: jsonFormat, plain: plainFormat };

/**
 * Renders a template of EJS. `<%= value %>` writes a value in the file's format, `<%- value %>` as
 * it is. Secrets in the data stay secret in the result, and are quoted like any other value.
 *
 * @throws Error that names the template and the line, when a value is missing or the format
 *   can't hold it, or when the template treats a secret as if it were its text.
 */
export function renderTemplate(
  template: string,
  data: Readonly<Record<string, unknown>>,
  { name = 'template', format = plainFormat, helpers }: TemplateOptions = {},
): Text {
  // Loaded when it is first needed: not every run has templates.
  const ejs = createRequire(__filename)('ejs') as typeof Ejs;
  const placeholders = new Placeholders();
  const write = (how: Format, value: unknown): string =>
    placeholders.encode(applied(how, textOf(value, placeholders)));
  const functions = Object.entries({ ...HELPERS, ...helpers }).map(
    ([word, how]) => [word, (value: unknown) => write(how, value)] as const,
  );
  try {
    const locals = placeholders.encodeWithin({ ...data });
    const output = ejs.render(
      template,
      { ...Object.fromEntries(functions), ...(locals as Ejs.Data) },
      // EJS writes the name into its messages by the same function.
      {
        filename: name,
        escape: (value: unknown) => (value === name ? name : write(format, value)),
      },
    );
    return placeholders.decode(output);
  } catch (error) {
    const { message, hint } = failureOf(error);
    throw new HintedError(`Cannot render the template ${name}: ${message}`, { hint, cause: error });
  }
}

function textOf(value: unknown, placeholders: Placeholders): Text {
  if (value instanceof Secret || value instanceof Text) return Text.of(value);
  if (typeof value === 'string') return placeholders.decode(value);
  if (typeof value === 'number' || typeof value === 'boolean') return Text.of(String(value));
  throw new TypeError(
    `a value is ${value === null ? 'null' : typeof value}; expected a text or a number`,
  );
}

function applied(format: Format, text: Text): Text {
  const [secret] = text.secrets;
  try {
    return text.mapWhole(format);
  } catch (error) {
    // The format's message may repeat the value.
    if (secret) throw new RangeError(`the format can't hold the secret '${secret.name}'`);
    throw error;
  }
}
