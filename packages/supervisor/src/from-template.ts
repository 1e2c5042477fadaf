import { join } from 'node:path';
import { ownTemplates } from '@fairness-deploy/core/resources';
import { quoteValue } from './quote-ini.js';

/**
 * Renders the package's templates, or the project's own; `<%= value %>` writes a value as
 * Supervisor reads it.
 */
export const fromTemplate = ownTemplates(join(__dirname, '..', 'templates'), quoteValue);
