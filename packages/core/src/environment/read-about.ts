import type { z } from 'zod';
import { descriptionSchema, resourcesSchema, urlSchema } from '../inventory/about-schemas.js';
import type { Environment } from '../inventory/environment.js';
import type { Sections } from './sections.js';
import { validate, type ValueOrigin } from './validate.js';

/** The keys that say what the environment is; those with errors, which are reported, are left out. */
export function readAbout(
  sections: Pick<Sections, 'value'>,
  origin: ValueOrigin,
): Pick<Environment, 'description' | 'url' | 'resources'> {
  const read = <Output>(key: string, schema: z.ZodType<Output>): Output | undefined => {
    const value = sections.value(key);
    return value === undefined ? undefined : validate(schema, value, [key], origin)?.output;
  };
  const description = read('description', descriptionSchema);
  const url = read('url', urlSchema);
  const resources = read('resources', resourcesSchema);
  return {
    ...(description !== undefined && { description }),
    ...(url !== undefined && { url }),
    ...(resources !== undefined && { resources }),
  };
}
