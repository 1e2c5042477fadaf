import { FormatError } from '../secrets-error.js';

/** Two versions of a file as git leaves them: no reader accepts it as one file. */
export function withBoth(ours: string, theirs: string): string {
  return ['<<<<<<< ours', ours.trimEnd(), '=======', theirs.trimEnd(), '>>>>>>> theirs', ''].join(
    '\n',
  );
}

/** Whether a text has the marks of a conflict; no encrypted one has such lines. */
export function hasMarks(text: string): boolean {
  return /^(?:<{7}|>{7}) /m.test(text);
}

/** The hint how to merge the two versions. */
export function conflictError(): FormatError {
  return new FormatError('it holds the marks of a merge conflict', {
    hint: 'git checkout --merge -- <file>, on a terminal and after "npx nx g @fairness-deploy/secrets:init", merges it by its values; then git add <file>',
  });
}
