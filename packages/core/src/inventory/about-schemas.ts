/** What an environment says of itself to people: no command acts on it. */
import { z } from 'zod';

const TEXT = 'expected text of at most 1000 characters, without control characters';
const URL_TEXT = 'expected a URL that begins with https:// or http://';
const RESOURCE = 'expected the name of a resource, such as VM or PostgreSQL';

/** Text for people. It may have several lines. */
const textForPeople = z
  .string({ error: TEXT })
  .max(1000, TEXT)
  .refine((text) => text.trim() !== '' && !/[^\P{Cc}\n\t]/u.test(text), TEXT);

export const descriptionSchema = textForPeople.describe(
  'What the environment is for, in a sentence. It is documentation: no command acts on it.',
);

export const urlSchema = z
  .string({ error: URL_TEXT })
  .check((context) => {
    const problem = urlProblem(context.value);
    if (problem === undefined) return;
    const { message, hint } = problem;
    context.issues.push({
      ...{ code: 'custom', message, input: context.value },
      ...(hint !== undefined && { params: { hint } }),
    });
  })
  .describe(
    'Where people open the environment, such as https://shop.example. It is documentation: the section nginx decides on names and ports.',
  );

interface UrlProblem {
  readonly message: string;
  readonly hint?: string;
}

function urlProblem(text: string): UrlProblem | undefined {
  if (!/^https?:\/\/[^\s\p{Cc}]+$/u.test(text) || !URL.canParse(text)) {
    const withScheme = `https://${text}`;
    const isBare = /^[\w.-]+\.[a-z]+(?:[:/]|$)/i.test(text) && URL.canParse(withScheme);
    return { message: URL_TEXT, ...(isBare && { hint: `write ${withScheme}` }) };
  }
  const { username, password } = new URL(text);
  if (username === '' && password === '') return undefined;
  return {
    // Not 'expected …': the message would show the password.
    message: 'a URL with a user or a password does not belong in this file',
    hint: 'remove what stands before the @',
  };
}

/** The computing resources that an environment consists of: where each is, by its name. */
export const resourcesSchema = z
  .record(
    z.string({ error: RESOURCE }).regex(/^(?!\s)[^\p{Cc}]{1,60}(?<!\s)$/u, RESOURCE),
    textForPeople.describe('Where the resource is: its provider, its region, its name there.'),
    { error: 'expected a map of computing resources by name' },
  )
  .describe(
    'The computing resources that the environment consists of, and where each is. It is documentation, for who has to pay, move or remove them.',
  );
