import { Text, type Secret } from '@fairness-deploy/shell/secret';
import { type SecretStore } from '@fairness-deploy/secrets';
import {
  didYouMean,
  type KeyPath,
  type Located,
  type LocatedScalar,
  plain,
  quoteText,
  type Report,
} from '@fairness-deploy/environment-file';
import { portMark } from './port-mark.js';

/** The variables of an environment by name; undefined for one that is itself a problem. */
export type Variables = ReadonlyMap<string, string | number | boolean | undefined>;

interface Context {
  readonly variables: Variables;
  /** The names of the application's processes: `${ports.name}` in their environment. */
  readonly processes: readonly string[];
  readonly secrets: SecretStore;
  readonly report: Report;
}

const REFERENCE = /\$\$\{|\$\{([^}]*)(\}?)/g;
const NAMED = /^(vars|secrets|ports)\.([A-Za-z_][\w-]*)$/;

/**
 * The plain value of what stands in a file, with `${vars.name}` and `${secrets.name}` filled
 * in. A scalar that is nothing but `${vars.name}` has the variable's type; one with a secret
 * becomes a Text. `$${` stands for `${`. A `${ports.name}` is marked for {@link withPorts}: it
 * depends on the colour that a release runs in.
 */
export function interpolate(node: Located, path: KeyPath, context: Context): unknown {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' && node.value.includes('${')
        ? fillIn(node, node.value, path, context)
        : node.value;
    case 'list':
      return node.items.map((item, at) => interpolate(item, [...path, at], context));
    case 'map':
      return Object.fromEntries(
        [...node.entries].map(([key, { value }]) => [
          key,
          interpolate(value, [...path, key], context),
        ]),
      );
  }
}

/** Whether a secret is asked for anywhere. */
export function refersToSecret(node: Located): boolean {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' && node.value.includes('${secrets.');
    case 'list':
      return node.items.some(refersToSecret);
    case 'map':
      return [...node.entries.values()].some(({ value }) => refersToSecret(value));
  }
}

function fillIn(node: LocatedScalar, text: string, path: KeyPath, context: Context): unknown {
  const pieces: (string | number | boolean | Secret)[] = [];
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    if (match.index > end) pieces.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const [whole, inner, closing] = match;
    if (inner === undefined) {
      pieces.push('${');
      continue;
    }
    const fail = (message: string, hint: string | undefined): void => {
      context.report({ place: node.place, path, message, ...(hint === undefined ? {} : { hint }) });
    };
    if (closing === '') {
      fail(`${quoteText(whole)} has no closing }`, 'write $${ for the characters ${');
      continue;
    }
    const value = lookUp(inner, path, context, fail);
    if (value !== undefined) pieces.push(value);
  }
  if (end < text.length) pieces.push(text.slice(end));
  const [only] = pieces;
  if (pieces.length === 1 && (typeof only === 'number' || typeof only === 'boolean')) return only;
  const parts = pieces.map((piece) => (typeof piece === 'object' ? piece : String(piece)));
  return parts.some((part) => typeof part === 'object') ? Text.of(...parts) : parts.join('');
}

function lookUp(
  expression: string,
  path: KeyPath,
  { variables, secrets, processes }: Context,
  fail: (message: string, hint: string | undefined) => void,
): string | number | boolean | Secret | undefined {
  const [, kind, name = ''] = NAMED.exec(expression) ?? [];
  if (kind === undefined) {
    fail(
      `cannot fill in \${${plain(expression.slice(0, 60))}}: only \${vars.name}, \${secrets.name} and \${ports.process} are`,
      'write $${ for the characters ${',
    );
    return undefined;
  }
  if (kind === 'ports') {
    if (path[0] !== 'application' || path.at(-2) !== 'env') {
      fail('the port of a process is known only in an environment variable, under env', undefined);
    } else if (!processes.includes(name)) {
      fail(`there is no process "${name}"`, didYouMean(name, processes));
    } else {
      return portMark(name);
    }
    return undefined;
  }
  if (kind === 'secrets') {
    if (secrets.has(name)) return secrets.get(name);
    fail(`there is no secret "${name}"`, didYouMean(name, secrets.names) ?? secrets.hint(name));
    return undefined;
  }
  if (!variables.has(name)) {
    fail(
      `there is no variable "${name}"`,
      didYouMean(name, variables.keys()) ?? `add it: vars: { ${name}: … }`,
    );
  }
  return variables.get(name);
}
