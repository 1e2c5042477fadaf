/** Names of an inventory that stand for several hosts: `www[01:50].example.org`, `db-[a:f]`. */
import type { Place } from '../finding/finding.js';
import { errorAt } from '../finding/import-error.js';

/** Hosts of one set-up; far more than one deploys to over SSH. */
export const MOST_HOSTS = 5000;

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** A host's name and the port behind it. */
export interface HostPattern {
  readonly names: readonly string[];
  readonly port?: number;
}

/**
 * What a host's entry stands for, as Ansible expands it.
 *
 * @throws ImportError when a range is none, or the hosts are too many.
 */
export function expandHostPattern(pattern: string, place: Place): HostPattern {
  const { host, port } = withoutPort(pattern);
  if (port === undefined && pattern.trim().endsWith(':')) {
    throw errorAt(place, 'a host ends with ":", which is for a port');
  }
  const names: string[] = [];
  expand(host, place, names);
  return { names, ...(port !== undefined && { port }) };
}

function withoutPort(pattern: string): { host: string; port?: number } {
  const found =
    /^\[(.+)\]:([0-9]+)$/.exec(pattern) ?? /^((?:[^:[\]]|\[[^\]]*\])*):([0-9]+)$/.exec(pattern);
  const host = found?.[1] ?? pattern;
  // Only what can be a host has a port: other names stay whole.
  if (found === null || !canBeHost(host)) return { host: pattern };
  return { host, port: Number(found[2]) };
}

/** A name, an IPv4 or an IPv6 address, ranges included. */
function canBeHost(host: string): boolean {
  const plain = host.replaceAll(/\[[0-9a-z]+:[0-9a-z]+(?::[0-9]+)?\]/gi, '0');
  return (
    /^[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?)*$/u.test(
      plain,
    ) || /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(plain)
  );
}

function expand(pattern: string, place: Place, names: string[]): void {
  const open = pattern.indexOf('[');
  if (open < 0) {
    if (names.length >= MOST_HOSTS) {
      throw errorAt(place, `its ranges make more than ${String(MOST_HOSTS)} hosts`);
    }
    names.push(pattern);
    return;
  }
  const close = pattern.indexOf(']');
  if (close < open) throw errorAt(place, 'a range of hosts has no "]"');
  const [head, tail] = [pattern.slice(0, open), pattern.slice(close + 1)];
  for (const one of rangeOf(pattern.slice(open + 1, close), place)) {
    expand(`${head}${one}${tail}`, place, names);
  }
}

function* rangeOf(text: string, place: Place): Generator<string> {
  const [begin = '', end = '', ...more] = text.split(':');
  const step = more.length === 0 ? 1 : /^[1-9][0-9]*$/.test(more[0] ?? '') ? Number(more[0]) : 0;
  const first = begin === '' ? '0' : begin;
  if (!text.includes(':') || more.length > 1 || end === '' || step === 0) {
    throw errorAt(place, 'a range of hosts is [begin:end] or [begin:end:step]');
  }
  const [from, to] = [LETTERS.indexOf(first), LETTERS.indexOf(end)];
  if (first.length === 1 && end.length === 1 && from >= 0 && to >= 0) {
    if (from > to) throw errorAt(place, 'a range of hosts ends before it begins');
    for (let at = from; at <= to; at += step) yield LETTERS[at] ?? '';
    return;
  }
  if (!/^[0-9]+$/.test(first) || !/^[0-9]+$/.test(end) || end.length > 9) {
    throw errorAt(place, 'a range of hosts has neither numbers nor single letters');
  }
  const width = first.startsWith('0') && first.length > 1 ? first.length : 0;
  if (width > 0 && width !== end.length) {
    throw errorAt(place, 'a range with leading zeros needs ends of the same length');
  }
  for (let at = Number(first); at <= Number(end); at += step) yield String(at).padStart(width, '0');
}
