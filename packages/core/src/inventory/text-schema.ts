import { Text } from '@fairness-deploy/shell/secret';
import { z } from 'zod';

/**
 * Text in which secrets may stand: the one schema that takes `${secrets.name}`. Numbers,
 * true and false are taken as they are written.
 */
export const textSchema = z
  .custom<string | number | boolean | Text>(isTextLike, { error: 'expected text' })
  // A custom schema says nothing of itself to editors.
  .meta({ type: ['string', 'number', 'boolean'] })
  .transform((value) => (value instanceof Text ? value : Text.of(String(value))));

function isTextLike(value: unknown): value is string | number | boolean | Text {
  return value instanceof Text || ['string', 'number', 'boolean'].includes(typeof value);
}
