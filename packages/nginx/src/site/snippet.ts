import { resolve } from 'node:path';
import { readProjectFile } from '@fairness-deploy/core/resources';
import { keyComment } from '../configuration/key-comment.js';

/** The folder of the sites' snippets, within nginx's folder. */
export const SNIPPETS = 'site-snippets';

/** A site's snippet, within nginx's folder. */
export function snippetFile(site: string): string {
  return `${SNIPPETS}/${site}.conf`;
}

/**
 * A file of the project that goes into the server block of a site. It is a file of its own on the host,
 * so that nginx's messages name it and its line.
 *
 * @param folder the environment's: the path is relative to it
 * @throws Error when it can't be read.
 */
export function snippet(site: string, path: string, folder: string): string {
  return `${keyComment(['sites', site, 'snippet'], path)}\n${readProjectFile(resolve(folder, path))}`;
}
