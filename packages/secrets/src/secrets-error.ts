import { HintedError } from '@fairness-deploy/shell/text';

/** Secrets can't be used: the message says which file and what is the case. It never holds a secret's value. */
export class SecretsError extends HintedError {
  override readonly name = 'SecretsError';
}

/**
 * What is wrong with the bytes of an encrypted file, as a clause that follows `Cannot open <file>: `;
 * the caller that knows the file makes a SecretsError of it.
 */
export class FormatError extends HintedError {
  override readonly name = 'FormatError';
}

/** The hint for a file whose line ends were converted. */
export const LINE_ENDS =
  'let git check it out as it is: npx nx g @fairness-deploy/secrets:init writes .gitattributes; then: rm <file> && git checkout -- <file>';
