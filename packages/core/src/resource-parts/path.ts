/**
 * An absolute path on a host, in its shortest form.
 *
 * @param what what the path is of, for the message
 * @throws RangeError when it is relative, isn't in its shortest form, has a control character
 *   or is longer than Linux takes (path_resolution(7), limits.h).
 */
export function checkPath(what: string, path: string): string {
  const reason = whyNot(path);
  if (reason !== undefined) {
    throw new RangeError(`Cannot use ${JSON.stringify(path)} as ${what}: ${reason}`);
  }
  return path;
}

function whyNot(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it is not an absolute path';
  if (hasControlCharacter(path)) return 'it has a control character';
  if (path === '/') return undefined;
  if (
    path
      .split('/')
      .slice(1)
      .some((name) => ['', '.', '..'].includes(name))
  ) {
    return "it has '//', '.', '..' or ends in '/'";
  }
  // The longest name, less what the name of a staged file adds.
  if (path.split('/').some((name) => Buffer.byteLength(name) > 255 - STAGED_LENGTH)) {
    return 'a part of it is too long';
  }
  return Buffer.byteLength(path) > 4000 ? 'it is too long' : undefined;
}

/** Whether a text has a character that could forge lines or steer a terminal (ECMA-48, C0 and C1). */
export function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

const STAGED_SUFFIX = '.fd-new';
/** With the dot before it, and stage.ts's random part. */
const STAGED_LENGTH = '.'.length + STAGED_SUFFIX.length + '-0123456789ab'.length;

/**
 * The path of a path's next content, before that replaces it: beside it, so that a rename suffices,
 * and with a name that no program takes for a configuration file. Its beginning is fixed, so that
 * the next run finds the rest of an interrupted one.
 */
export function stagedPath(path: string): string {
  const { folder, name } = splitPath(path);
  return `${folder === '/' ? '' : folder}/${stagedName(name)}`;
}

/** The same, of a name within its folder. */
export function stagedName(name: string): string {
  return `.${name}${STAGED_SUFFIX}`;
}

/** A path's folder and its name in there. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const at = path.lastIndexOf('/');
  return { folder: at === 0 ? '/' : path.slice(0, at), name: path.slice(at + 1) };
}

/** The folders that a path is in, the nearest first, without the root. */
export function foldersOf(path: string): readonly string[] {
  const { folder } = splitPath(path);
  return folder === '/' ? [] : [folder, ...foldersOf(folder)];
}

/** The hint when the folder of a declared path is missing. */
export const MAKE_FOLDER = 'add it to server.directories';
