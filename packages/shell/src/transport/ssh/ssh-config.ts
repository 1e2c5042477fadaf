import { matchesPatterns } from './patterns.js';
import type { ConfigLine } from './libraries.js';

/** A read ssh_config file: its lines, with those of included files in place of `Include`. */
export type ConfigItem =
  | { readonly kind: 'option'; readonly name: string; readonly value: string }
  | { readonly kind: 'include'; readonly items: readonly ConfigItem[] }
  | {
      readonly kind: 'section';
      readonly applies: (context: MatchContext) => boolean;
      readonly items: readonly ConfigItem[];
    };

/** The values that `Host` and `Match` compare. */
export interface MatchContext {
  /** The name as it was asked for. */
  readonly originalHost: string;
  readonly host: string;
  readonly user: string;
  readonly localUser: string;
  /** Whether this is the second pass, in which `Match final` applies. */
  readonly final: boolean;
}

/** The options that hold for a host, by lower-case name; several values only for IdentityFile. */
export type SshOptions = ReadonlyMap<string, readonly string[]>;

/**
 * Turns parsed lines into items.
 *
 * @param include reads the files that an `Include` names.
 */
export function configItems(
  lines: readonly ConfigLine[],
  include: (patterns: readonly string[]) => readonly ConfigItem[],
): readonly ConfigItem[] {
  return lines.flatMap((line): readonly ConfigItem[] => {
    if (line.type !== DIRECTIVE || line.param === '') return [];
    const name = line.param.toLowerCase();
    const values = typeof line.value === 'string' ? [line.value] : line.value.map(({ val }) => val);
    if (name === 'include') return [{ kind: 'include', items: include(values) }];
    if (name !== 'host' && name !== 'match') {
      return [{ kind: 'option', name, value: unquote(values.join(' ')) }];
    }
    const items = configItems(line.config ?? [], include);
    const { criteria = {} } = line;
    const applies =
      name === 'host'
        ? (context: MatchContext) => matchesPatterns(context.originalHost, values)
        : (context: MatchContext) =>
            Object.entries(criteria).every(([key, value]) => meets(key, value, context));
    return [{ kind: 'section', applies, items }];
  });
}

/**
 * The options for a host as ssh obtains them (ssh_config(5)): the first value of each
 * holds, identity files add up, and `Match final` sections come after all others.
 *
 * @param user the one that was asked for, if any: no `User` of the file changes it.
 */
export function sshOptions(
  items: readonly ConfigItem[],
  host: string,
  user: string | undefined,
  localUser: string,
): SshOptions {
  const options = new Map<string, string[]>();
  const pass = (final: boolean, within: readonly ConfigItem[]): void => {
    for (const item of within) {
      if (item.kind === 'include') {
        pass(final, item.items);
      } else if (item.kind === 'option') {
        add(options, item.name, item.value);
      } else {
        const context: MatchContext = {
          originalHost: host,
          host: (options.get('hostname')?.[0] ?? host).replaceAll('%h', host),
          user: user ?? options.get('user')?.[0] ?? localUser,
          localUser,
          final,
        };
        if (item.applies(context)) pass(final, item.items);
      }
    }
  };
  pass(false, items);
  pass(true, items);
  return options;
}

const DIRECTIVE = 1;

function add(options: Map<string, string[]>, name: string, value: string): void {
  const values = options.get(name);
  if (!values) options.set(name, [value]);
  else if (name === 'identityfile' && !values.includes(value)) values.push(value);
}

/** `exec` is never run and so never matches; nor does an unknown criterion. */
function meets(key: string, value: string | readonly unknown[], context: MatchContext): boolean {
  const negated = key.startsWith('!');
  const name = key.slice(negated ? 1 : 0).toLowerCase();
  const patterns = typeof value === 'string' ? value.split(',') : [];
  const subject = {
    host: context.host,
    originalhost: context.originalHost,
    user: context.user,
    localuser: context.localUser,
  }[name];
  if (subject !== undefined) return matchesPatterns(subject, patterns) !== negated;
  if (name === 'all') return !negated;
  return name === 'final' && context.final !== negated;
}

/** The parser takes quotes away only around a whole value. */
function unquote(value: string): string {
  return value.replaceAll('"', '').trim();
}
