import { saying } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { parseState } from '../host/state.js';
import { entryOf, lineOf } from '../testing/entry.js';
import { findTaskRelease } from './find-task-release.js';

const A = '20261121-101502-aaaaaaa';
const B = '20261122-101502-bbbbbbb';
const C = '20261123-101502-bbbbbbb';
const FAILED = '20261124-101502-ccccccc';

/** A host with three good releases, the second one live, and one that failed. */
function state({
  live = B,
  without = [],
}: { readonly live?: string; readonly without?: readonly string[] } = {}) {
  const there = [A, B, C, FAILED].flatMap((id) => [
    ...[`release ${id}`, `variables ${id}`, `programs ${id} []`],
    ...(without.includes(id) ? [] : [`command ${id}`]),
  ]);
  const history = [A, B, C, FAILED].map((release) => {
    const outcome = release === FAILED ? 'failed' : 'good';
    return `history ${lineOf(entryOf({ release, outcome, commit: release.slice(16).padEnd(40, '0') }))}`;
  });
  const links = ['live colours/blue', `colour blue ../../releases/${live}`];
  return parseState([...there, ...history, ...links].join('\n'));
}

describe('findTaskRelease()', () => {
  it.each([
    ['the live one', undefined, B],
    ['another one by its id', A, A],
    ['the newest one of a commit', 'bbbbb', C],
  ])('finds %s', (_, wanted, expected) => {
    expect(findTaskRelease(state(), 'web', wanted)).toBe(expected);
  });

  it('finds a live release that is not known to be good', () => {
    expect(findTaskRelease(state({ live: FAILED }), 'web')).toBe(FAILED);
    expect(findTaskRelease(state({ live: FAILED }), 'web', FAILED)).toBe(FAILED);
  });

  it.each(['20261120-101502-ddddddd', FAILED, 'ccccccc', 'bbb', '', '../..'])(
    'refuses %j, and lists the others',
    (wanted) => {
      expect(() => findTaskRelease(state(), 'web', wanted)).toThrow(
        saying(
          `Cannot run a task in the release ${JSON.stringify(wanted)}: web has no good release of that name\n  → name one of these:\n    --release ${C}\n    --release ${B} (live)\n    --release ${A}`,
        ),
      );
    },
  );

  it('refuses a host without a release', () => {
    const none = 'Cannot run a task on web: no release is live there\n  → deploy first';
    expect(() => findTaskRelease(parseState(''), 'web')).toThrow(saying(none));
  });

  it('refuses a release of an earlier version', () => {
    expect(() => findTaskRelease(state({ without: [B] }), 'web')).toThrow(
      saying(
        `Cannot run a task in the release ${B} on web: an earlier version made it, and wrote no file for commands\n  → deploy again: deploy --force`,
      ),
    );
  });
});
