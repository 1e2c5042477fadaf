import { Text } from '@fairness-deploy/shell/secret';
import { quoteText } from '@fairness-deploy/environment-file';
import type { Findings, Place } from '../finding/finding.js';
import type { SetUpHost } from '../set-up/read-set-up.js';
import { fillIn, Unfilled, type Scope } from '../template/fill-in.js';
import { isScalar, type Value } from '../value/value.js';

/** The variables of a host, filled in when they are asked for; it knows which nobody has asked for. */
export class HostScope {
  readonly #used = new Set<string>();
  readonly #facts: ReadonlyMap<string, Value>;

  constructor(
    readonly host: SetUpHost,
    readonly findings: Findings,
  ) {
    const user = this.#connection('ansible_user') ?? this.#connection('ansible_ssh_user');
    this.#facts = new Map<string, Value>([
      ['inventory_hostname', host.name],
      ['inventory_hostname_short', host.name.split('.')[0] ?? host.name],
      ['group_names', host.groups],
      ...(user === undefined ? [] : userFacts(user)),
    ]);
  }

  /** Where a variable is set; the host's line when it is not. */
  placeOf(name: string): Place {
    return this.host.variables.get(name)?.place ?? this.host.place;
  }

  has(name: string): boolean {
    return this.host.variables.has(name);
  }

  /** @returns undefined for one that is not there, empty, or can't be filled in, which is a finding. */
  get(name: string): Value | undefined {
    const variable = this.host.variables.get(name);
    this.use(name);
    if (variable === undefined) return undefined;
    try {
      const value = fillIn(variable.value, this.scope);
      return value === null || value === '' ? undefined : value;
    } catch (error) {
      if (!(error instanceof Unfilled)) throw error;
      const message = `the variable ${quoteText(name)} can't be filled in: ${error.message}`;
      this.findings.add(
        'untranslated',
        variable.place,
        message,
        'ansible -m debug -a var=<name> shows its value',
      );
      return undefined;
    }
  }

  /** A text, or a number as text. A list or a map is a finding. */
  text(name: string): string | Text | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (isScalar(value)) return value instanceof Text ? value : String(value);
    this.findings.add(
      'untranslated',
      this.placeOf(name),
      `the variable ${quoteText(name)} is no text`,
    );
    return undefined;
  }

  /** A text that is no secret: files say it as it is. */
  plain(name: string): string | undefined {
    const value = this.text(name);
    if (!(value instanceof Text)) return value;
    if (value.secrets.length === 0) return value.reveal();
    this.findings.add(
      'untranslated',
      this.placeOf(name),
      `the variable ${quoteText(name)} is encrypted, and has no place for a secret in an environment file`,
    );
    return undefined;
  }

  /** A whole number in a range, such as a port. */
  number(name: string, most = 65535): number | undefined {
    const text = this.plain(name);
    if (text === undefined) return undefined;
    const number = /^\d{1,9}$/.test(text.trim()) ? Number(text) : NaN;
    if (number >= 1 && number <= most) return number;
    this.findings.add(
      'untranslated',
      this.placeOf(name),
      `the variable ${quoteText(name)} is ${quoteText(text)}, expected a number up to ${String(most)}`,
    );
    return undefined;
  }

  /** As Ansible's filter `bool`. */
  boolean(name: string): boolean | undefined {
    const text = this.plain(name);
    return text === undefined ? undefined : /^(?:true|yes|on|1|y|t)$/i.test(text.trim());
  }

  /** Marks a variable as used. */
  use(...names: readonly string[]): void {
    for (const name of names) this.#used.add(name);
  }

  /** The names that nothing has used. */
  get unused(): readonly string[] {
    return [...this.host.variables.keys()].filter((name) => !this.#used.has(name));
  }

  get scope(): Scope {
    return {
      variables: this.host.variables,
      facts: this.#facts,
      used: (name) => void this.#used.add(name),
    };
  }

  #connection(name: string): string | undefined {
    const value = this.host.variables.get(name)?.value;
    return typeof value === 'string' && !value.includes('{{') ? value : undefined;
  }
}

/** Facts that follow from the account that logs in. */
function userFacts(user: string): readonly [string, Value][] {
  const home = user === 'root' ? '/root' : `/home/${user}`;
  return [
    [
      'ansible_env',
      new Map<string, Value>([
        ['HOME', home],
        ['USER', user],
        ['LOGNAME', user],
      ]),
    ],
    ['ansible_user_dir', home],
    ['ansible_user_id', user],
  ];
}
