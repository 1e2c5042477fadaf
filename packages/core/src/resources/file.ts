import type { Text } from '@fairness-deploy/shell/secret';
import { defineResource, type ResourceOptions } from '../resource/define-resource.js';
import type { Address, Resource } from '../resource/resource.js';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import {
  checkContent,
  digestOf,
  isSecret,
  printContent,
  type Content,
} from '../resource-parts/content.js';
import {
  fileState,
  parseFile,
  readFile,
  shownFile,
  type FileState,
} from '../resource-parts/file-text.js';
import { fullOwnership, makersOf, type Ownership } from '../resource-parts/ownership.js';
import { checkLineEnds } from '../resource-parts/line-ends.js';
import {
  parseLive,
  readLive,
  removeLive,
  writeLive,
  type LiveFile,
} from '../resource-parts/live-file.js';
import { place } from '../resource-parts/live-folder.js';
import { checkPath, foldersOf, splitPath } from '../resource-parts/path.js';
import { pathProbe } from '../resource-parts/path-probe.js';
import { decidesOnLogins, protectKeyFile } from '../resource-parts/protect-login.js';
import { removeFrom } from '../resource-parts/remove-from.js';
import { loadedByIn, printLoadedBy, reloadWithout } from '../resource-parts/load-records.js';
import { stageAndRename } from '../resource-parts/stage.js';
import { isUnit } from '../resource-parts/own-unit.js';

/** The identity of a file. */
export interface FileIdentity {
  /** Absolute. */
  readonly path: string;
}

/** A file; default: mode 0644, or 0600 with secrets in it, owner root:root. */
export interface FileSpec extends FileIdentity, Ownership {
  /** With secrets in it, neither the new nor the old content is ever shown. */
  readonly content: Content;
  /**
   * Runs on the new file, with its owner and mode, before it replaces the old one: `(staged) =>
   * sh`visudo -cf ${staged}``. The old one stays when it fails.
   */
  readonly validate?: (stagedPath: string) => Script;
}

/** A file, and how it goes live when a program reads it together with others. */
type Spec = FileIdentity & Partial<FileSpec> & { readonly live?: LiveFile };

interface State extends FileState {
  /** Whether the program has loaded it; undefined when none does. */
  readonly loaded: boolean | undefined;
  /** The services that have loaded one that is to be absent. */
  readonly loadedBy: readonly string[] | undefined;
}

/** What is gone, though a service still has it. */
const ABSENT_FILE: FileState = { content: '', mode: undefined, owner: undefined, group: undefined };

/** A file that a service can be told to load. */
export interface FileResource extends Resource {
  readonly path: string;
  /** SHA-256 of the content in hexadecimal; secret if the content is. */
  readonly sha256: Text;
}

/** A file with secrets is for its owner alone by default. */
function modeFor(content: Content | undefined): string {
  return content !== undefined && isSecret(content) ? '0600' : '0644';
}

const fileType = defineResource<FileSpec & Spec, State, Spec>({
  type: 'file',
  name: ({ path }) => path,
  check({ path, content, ...ownership }) {
    checkPath('the path of a file', path);
    fullOwnership(ownership, modeFor(content));
    if (content !== undefined) {
      checkContent(path, content);
      checkLineEnds(path, content);
    }
  },
  questions: ({ path }) => [{ probe: pathProbe, subject: path }],
  read({ path, content, live }) {
    if (live && live.isLoaded !== false) return readLive(path, content);
    const state = readFile(path, content);
    return content === undefined ? lines(printLoadedBy(path), state) : state;
  },
  parse(output, { path, content, live, ...rest }) {
    const ownership = fullOwnership(rest, modeFor(content));
    const nothing = { loaded: undefined, loadedBy: undefined };
    if (live && live.isLoaded !== false) {
      return { ...nothing, ...parseLive(output, path, content, ownership) };
    }
    if (content !== undefined)
      return { ...nothing, ...parseFile(output, { path, content, ownership }) };
    const { units, rest: state } = loadedByIn(output);
    const loadedBy = units.length > 0 ? units : undefined;
    if (state === '') return { ...nothing, ...ABSENT_FILE, loadedBy };
    return { ...nothing, ...parseFile(state, { path, content, ownership }), loadedBy };
  },
  desired: ({ content, live, ...ownership }) => ({
    ...fileState(content, fullOwnership(ownership, modeFor(content))),
    loaded: live && live.isLoaded !== false ? true : undefined,
    loadedBy: undefined,
  }),
  owns: ({ path }) => [
    isUnit(path) ? { kind: 'unit', name: splitPath(path).name } : { kind: 'file', name: path },
  ],
  shown: shownFile,
  hidden: ({ content }) => (content !== undefined && isSecret(content) ? ['content'] : []),
  write({ path, content, validate, live, ...rest }) {
    const ownership = fullOwnership(rest, modeFor(content));
    const print = printContent(content);
    return live
      ? writeLive(live, { ownership, print, validate })
      : stageAndRename({ path, ownership, print, validate });
  },
  remove({ path, live }) {
    const remove = live ? removeLive(live) : removeFrom(path, (entry) => sh`rm -f -- ${entry}`);
    return live && live.isLoaded !== false
      ? remove
      : sh`
        (
        ${remove}
        )
        ${reloadWithout(path)}`;
  },
  protect(login, { path }, from, to) {
    protectKeyFile(login, path, from.content, to?.content);
  },
  tryLogin(_, { path, content, ...ownership }, ensure) {
    if (!decidesOnLogins(path)) return undefined;
    const copy = sh`"$fd_copy"${path}`;
    if (ensure === 'absent' || content === undefined) return sh`rm -f -- ${copy}`;
    const { owner, group, mode } = fullOwnership(ownership, modeFor(content));
    return sh`
      mkdir -p -- "$fd_copy"${splitPath(path).folder}
      rm -f -- ${copy}
      ${printContent(content)} >${copy}
      # This very plan may make them.
      chown ${owner}:${group} ${copy} 2>/dev/null || :
      chmod ${mode} ${copy}`;
  },
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
export function file(spec: FileSpec | FileIdentity, options: ResourceOptions = {}): Resource {
  const whole = 'content' in spec;
  const settings = whole ? options : { ...options, ensure: 'absent' as const };
  const resource = make(spec, settings);
  place(resource, {
    path: spec.path,
    withLive: (live, more) =>
      make({ ...spec, live }, { ...settings, follows: [...(settings.follows ?? []), ...more] }),
  });
  if (!whole) return resource;
  return Object.assign(resource, { path: spec.path, sha256: digestOf(spec.content) });
}

function make(spec: Spec, options: ResourceOptions): Resource {
  const { content, ...rest } = spec;
  return content === undefined || options.ensure === 'absent'
    ? fileType(rest, { ...options, ensure: 'absent' })
    : fileType({ ...rest, content }, options);
}
