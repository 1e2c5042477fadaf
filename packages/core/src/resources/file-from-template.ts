import type { ResourceOptions } from '../resource/define-resource.js';
import { file, type FileResource, type FileSpec } from './file.js';
import { renderTemplate, type TemplateOptions } from './template.js';

/** A file made of a template. */
export interface TemplateFileSpec extends Omit<FileSpec, 'content'>, Omit<TemplateOptions, 'name'> {
  /** The template's text. */
  readonly template: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** What people call the template; the file's path unless told. */
  readonly templateName?: string;
}

/**
 * A file whose content is a template of EJS, filled in; see {@link renderTemplate}. Values are
 * written as they are, on one line each, unless `format` says otherwise.
 *
 * @throws Error when the template can't be rendered.
 * @throws RangeError as {@link file} does.
 */
export function fileFromTemplate(spec: TemplateFileSpec, options?: ResourceOptions): FileResource {
  const { template, data, templateName, format, helpers, ...rest } = spec;
  const content = renderTemplate(template, data, {
    name: templateName ?? spec.path,
    ...(format && { format }),
    ...(helpers && { helpers }),
  });
  return file({ ...rest, content }, options);
}
