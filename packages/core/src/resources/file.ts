import type { Text } from '@fairness-deploy/secrets';
import { defineResource, type ResourceOptions } from '../resource/define-resource.js';
import type { Address, Resource } from '../resource/resource.js';
import { sh, type Script } from '../script/sh.js';
import { checkContent, digestOf, isSecret, printContent, type Content } from './content.js';
import { fileState, parseFile, readFile, type FileState } from './file-text.js';
import { fullOwnership, makersOf, type Ownership } from './ownership.js';
import { checkPath, foldersOf } from './path.js';
import { pathProbe } from './path-probe.js';
import { stageAndRename } from './stage.js';

/** What a file is found by. */
export interface FileIdentity {
  /** Absolute. */
  readonly path: string;
}

/** A file: its mode is 0644, or 0600 with secrets in it, and its owner root:root unless told. */
export interface FileSpec extends FileIdentity, Ownership {
  /** When it has secrets in it, neither it nor what was there before is ever shown. */
  readonly content: Content;
  /**
   * Run on the new file, with its owner and mode, before it takes the place of the old one:
   * `(staged) => sh`visudo -cf ${staged}``. The old one stays when it fails.
   */
  readonly validate?: (stagedPath: string) => Script;
}

/** A file that a service can be told to load. */
export interface FileResource extends Resource {
  readonly path: string;
  /** SHA-256 of the content in hexadecimal; secret if the content is. */
  readonly sha256: Text;
}

/** What holds secrets is for its owner alone, unless told. */
function modeFor(content: Content | undefined): string {
  return content !== undefined && isSecret(content) ? '0600' : '0644';
}

const fileType = defineResource<FileSpec, FileState, FileIdentity & Partial<FileSpec>>({
  type: 'file',
  name: ({ path }) => path,
  check({ path, content, ...ownership }) {
    checkPath('the path of a file', path);
    fullOwnership(ownership, modeFor(content));
    if (content !== undefined) checkContent(path, content);
  },
  questions: ({ path }) => [{ probe: pathProbe, subject: path }],
  read: ({ path, content }) => readFile(path, content),
  parse: (output, { path, content, ...ownership }) =>
    parseFile(output, { path, content, ownership: fullOwnership(ownership, modeFor(content)) }),
  desired: ({ content, ...ownership }) =>
    fileState(content, fullOwnership(ownership, modeFor(content))),
  hidden: ({ content }) => (content !== undefined && isSecret(content) ? ['content'] : []),
  write: ({ path, content, validate, ...ownership }) =>
    stageAndRename({
      path,
      ownership: fullOwnership(ownership, modeFor(content)),
      print: printContent(content),
      validate,
    }),
  remove: ({ path }) => sh`rm -f -- ${path}`,
  follows: ({ path, ...ownership }) => [
    ...foldersOf(path).map((folder): Address => `directory:${folder}`),
    ...makersOf(ownership),
  ],
});

/**
 * A file with exactly this content, owner and mode. It comes after the folders that it is in
 * and the user that owns it, where these are declared.
 *
 * @throws RangeError when the path isn't absolute and plain, an owner or the mode isn't one, or
 *   text holds a NUL.
 */
export function file(spec: FileSpec, options?: ResourceOptions): FileResource;
export function file(
  spec: FileIdentity,
  options: ResourceOptions & { readonly ensure: 'absent' },
): Resource;
export function file(spec: FileSpec | FileIdentity, options?: ResourceOptions): Resource {
  if (!('content' in spec)) return fileType(spec, { ...options, ensure: 'absent' });
  return Object.assign(fileType(spec, options), {
    path: spec.path,
    sha256: digestOf(spec.content),
  });
}
