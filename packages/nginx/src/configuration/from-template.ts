import { join } from 'node:path';
import { ownTemplates } from '@fairness-deploy/core/resources';
import { quoteWord } from './quote-nginx.js';

/**
 * Renders the package's templates, or the project's own; `<%= value %>` writes a value as nginx
 * reads it.
 */
export const fromTemplate = ownTemplates(join(__dirname, '..', '..', 'templates'), quoteWord);
