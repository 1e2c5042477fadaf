import { createHash } from 'node:crypto';
import { HintedError } from '@fairness-deploy/shell/text';

/** The most characters of a part of a sandbox host's name. */
const MOST_CHARACTERS = 18;
const DIGEST_CHARACTERS = 8;

/**
 * The last part of the names of all hosts of rehearsals. That of a sandbox's own host is the environment's name,
 * which begins with a letter.
 */
const SUFFIX = '0rehearsal';

/** The hosts of one environment's rehearsal end so. */
export function suffixOf(environment: string): string {
  return `.${label(environment)}.${SUFFIX}`;
}

/** The name of the sandbox host that stands in for a host of an environment. */
export function nameOnStage(host: string, environment: string): string {
  return `${label(host)}${suffixOf(environment)}`;
}

/**
 * The names of all hosts of a rehearsal, by those of the environment's hosts.
 *
 * @throws HintedError when two have the same name: they would be one machine.
 */
export function namesOnStage(
  hosts: readonly string[],
  environment: string,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const host of hosts) {
    const name = nameOnStage(host, environment);
    const other = owners.get(name);
    if (other !== undefined) {
      throw new HintedError(
        `Cannot rehearse ${environment}: the disposable hosts of "${other}" and "${host}" would have one name, ${name}`,
        { hint: `rename the host "${host}" in environment.yaml` },
      );
    }
    owners.set(name, host);
    names.set(host, name);
  }
  return names;
}

/** A label of a host name (RFC 1123, 2.1) for any name: what does not fit becomes a digest. */
function label(name: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name) && name.length <= MOST_CHARACTERS) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_CHARACTERS);
  const words = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, MOST_CHARACTERS - DIGEST_CHARACTERS - 1)
    .replace(/-+$/, '');
  return words === '' ? `host-${digest}` : `${words}-${digest}`;
}
