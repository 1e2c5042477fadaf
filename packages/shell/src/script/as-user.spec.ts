import { Secret } from '../secret/secret.js';
import { describe, expect, it, vi } from 'vitest';
import { asUser } from './as-user.js';
import { sh, type Script } from './sh.js';

/** The line that ends the here-document of a script, and where it stands. */
function endOf(script: Script): { readonly line: string; readonly places: readonly number[] } {
  const lines = script.reveal().split('\n');
  const line = /<<'(\w+)'$/.exec(lines[0] ?? '')?.[1] ?? '';
  return { line, places: lines.flatMap((one, at) => (one === line ? [at] : [])) };
}

const withValue = (value: string): Script => sh`export DB=${new Secret('db', value)}`;

describe('asUser()', () => {
  it('renders the same script alike, and ends another one with another line', () => {
    const [one, again, other] = [sh`a`, sh`a`, sh`b`].map((script) => asUser('shop', script));
    expect(one?.reveal()).toBe(again?.reveal());
    expect(endOf(one ?? sh``).line).not.toBe(endOf(other ?? sh``).line);
  });

  it('ends with a line that no secret can contain', async () => {
    // As in a process of theirs, where the same script is made with any value.
    vi.resetModules();
    const theirs = {
      ...(await import('./as-user.js')),
      ...(await import('./sh.js')),
    };
    const guess = endOf(theirs.asUser('shop', theirs.sh`export DB='***'`)).line;
    expect(guess).toMatch(/^fd_as_[0-9a-f]{32}$/);
    const script = asUser('shop', withValue(`a\n${guess}\nid >/tmp/pwned`));
    const { line, places } = endOf(script);
    expect(line).toMatch(/^fd_as_[0-9a-f]{32}$/);
    expect(line).not.toBe(guess);
    expect(places).toEqual([script.reveal().split('\n').length - 1]);
  });
});
