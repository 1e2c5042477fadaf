import { createHash } from 'node:crypto';
import { aptKey } from './apt-key.js';

/** The identity of a repository. */
export interface AptRepositoryIdentity {
  /** Letters, digits, `_`, `-` and `.`; sources.list(5). */
  readonly name: string;
}

/** A repository of Debian packages, sources.list(5), DEB822-STYLE FORMAT. */
export interface AptRepositorySpec extends AptRepositoryIdentity {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  /** None where a suite is a path that ends in '/'. */
  readonly components?: readonly string[];
  /** Debian's names: `amd64`; default: the host's own. */
  readonly architectures?: readonly string[];
  /** The only key that its lists may be signed with: armored text, or bytes. */
  readonly key: string | Uint8Array;
}

/** A repository with all settings, or only the name of one that should be absent. */
export type AnyRepository = AptRepositoryIdentity & Partial<AptRepositorySpec>;

export function isWhole(spec: AnyRepository): spec is AptRepositorySpec {
  return spec.key !== undefined;
}

/**
 * @throws RangeError when a part of it isn't valid in sources.list(5).
 * @throws TypeError when the key isn't a public key of OpenPGP's.
 */
export function checkRepository(spec: AnyRepository): void {
  const { name, uris = [], suites = [], components = [], architectures = [], key } = spec;
  const check = (what: string, form: RegExp, words: readonly string[]): void => {
    const wrong = words.find((word) => !form.test(word));
    if (wrong === undefined) return;
    throw new RangeError(
      `Cannot use ${JSON.stringify(wrong)} as ${what} of the apt repository '${name}'`,
    );
  };
  check('the name', /^[A-Za-z0-9][A-Za-z0-9_.-]{0,100}$/, [name]);
  check('an address', /^(?:https?|file|copy):[\x21-\x7e]+$/, uris);
  check('a suite', /^[A-Za-z0-9.][A-Za-z0-9.+_/-]*$/, suites);
  check('a component', /^[A-Za-z0-9][A-Za-z0-9.+_/-]*$/, components);
  check('an architecture', /^[a-z0-9][a-z0-9-]*$/, architectures);
  if (key === undefined) return;
  aptKey(key, name);
  const paths = suites.filter((suite) => suite.endsWith('/'));
  if (uris.length === 0 || suites.length === 0 || (components.length === 0) !== paths.length > 0) {
    throw new RangeError(
      `Cannot use the apt repository '${name}': it needs an address, a suite, and components unless its suite ends in '/'`,
    );
  }
}

/** The file that says where the packages come from. */
export function sourcesText(spec: AptRepositorySpec): string {
  const { name, uris, suites, components = [], architectures = [], key } = spec;
  const fields = [
    ['Types', 'deb'],
    ['URIs', uris.join(' ')],
    ['Suites', suites.join(' ')],
    ['Components', components.join(' ')],
    ['Architectures', architectures.join(' ')],
    ['Signed-By', keyOf(spec, aptKey(key, name).ending)],
  ] as const;
  return fields
    .filter(([, value]) => value !== '')
    .map(([field, value]) => `${field}: ${value}\n`)
    .join('');
}

/** A digest of all inputs of the lists. */
export function digestOfRepository(spec: AptRepositorySpec): string {
  return createHash('sha256').update(sourcesText(spec)).update(spec.key).digest('hex');
}

/** Where that file is. */
export function sourcesOf({ name }: AptRepositoryIdentity): string {
  return `/etc/apt/sources.list.d/${name}.sources`;
}

/** Where the key is. */
export function keyOf({ name }: AptRepositoryIdentity, ending: 'asc' | 'gpg'): string {
  return `/etc/apt/keyrings/${name}.${ending}`;
}
