import { join } from 'node:path';
import { MANAGED_NOTE, ownTemplates, type FromTemplate } from '@fairness-deploy/core/resources';
import { quoteWord } from './quote-nginx.js';

const render = ownTemplates(join(__dirname, '..', '..', 'templates'), quoteWord);

/**
 * Renders the package's templates, or the project's own; `<%= value %>` writes a value as nginx
 * reads it, and `note` says that `provision` writes the file.
 */
export const fromTemplate: FromTemplate = (own, data, replacement) =>
  render(own, { note: MANAGED_NOTE, ...data }, replacement);
