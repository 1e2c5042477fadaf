import { FormatError } from '../secrets-error.js';

/** Two versions of a file as git leaves them: no reader takes it for a whole one. */
export function withBoth(ours: string, theirs: string): string {
  return ['<<<<<<< ours', ours.trimEnd(), '=======', theirs.trimEnd(), '>>>>>>> theirs', ''].join(
    '\n',
  );
}

/** Whether a text has the marks of a conflict; no encrypted one has such lines. */
export function hasMarks(text: string): boolean {
  return /^(?:<{7}|>{7}) /m.test(text);
}

/** Says how the two versions are merged. */
export function conflictError(): FormatError {
  return new FormatError('it holds the marks of a merge conflict', {
    hint: 'git checkout --merge -- <file>, on a terminal and after "npx nx g @fairness-deploy/secrets:init", merges it by its values; then git add <file>',
  });
}
