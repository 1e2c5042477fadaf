import { plain } from '@fairness-deploy/environment-file';
import { HintedError } from '@fairness-deploy/shell/text';
import { formatPlace, type Place } from './finding.js';

/** A set-up can't be imported. The message says why, with file and line, and never holds a secret's value. */
export class ImportError extends HintedError {
  override readonly name = 'ImportError';
}

/** What is wrong at a line of the set-up. Ansible refuses such a file too. */
export function errorAt(place: Place, message: string, hint?: string): ImportError {
  return new ImportError(`Cannot import ${plain(formatPlace(place))}: ${message}`, { hint });
}
