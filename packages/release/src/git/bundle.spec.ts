import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { repositoryIn, type TemporaryRepository } from '../testing/repository-in.js';
import { temporaryFolder, temporaryRepository } from '../testing/temporary-repository.js';
import { bundle } from './bundle.js';
import { openRepository } from './repository.js';

const REF = 'refs/fairness-deploy/20261123-101502-3f2a1bc';

/** Sends a commit as the deployer does, and gives the bundle's size; 0 when there is nothing to send. */
async function send(
  from: TemporaryRepository,
  to: TemporaryRepository,
  commit: string,
): Promise<number> {
  const has = to
    .git('for-each-ref', '--format=%(objectname)', 'refs/fairness-deploy')
    .split('\n')
    .filter((line) => line !== '');
  const bytes = await bundle(await openRepository(from.folder), { commit, ref: REF, has });
  if (!bytes) return 0;
  const file = join(temporaryFolder(), 'bundle');
  writeFileSync(file, bytes);
  to.git('fetch', '--quiet', '--no-tags', file, `+${REF}:refs/fairness-deploy/${commit}`);
  to.git('fsck', '--connectivity-only', '--no-dangling', commit);
  return bytes.length;
}

describe('bundle()', () => {
  it('sends all at first, then only what is new, and nothing twice', async () => {
    const from = temporaryRepository();
    const to = temporaryRepository('--bare');
    from.write('large', randomBytes(200_000).toString('hex'));
    from.write('odd\n"name" $(id)', 'x');
    expect(await send(from, to, from.commit('one'))).toBeGreaterThan(150_000);
    from.write('small', 'y');
    const second = from.commit('two');
    expect(await send(from, to, second)).toBeLessThan(1000);
    expect(await send(from, to, second)).toBe(0);
  });

  it('sends nothing of a commit that comes before one that is there', async () => {
    const from = temporaryRepository();
    const to = temporaryRepository('--bare');
    const first = from.commit('one');
    await send(from, to, from.commit('two'));
    expect(await send(from, to, first)).toBe(0);
  });

  it('sends a rewritten history, and a branch that has nothing in common', async () => {
    const from = temporaryRepository();
    const to = temporaryRepository('--bare');
    from.write('a', 'a');
    from.commit('one');
    from.write('a', 'b');
    await send(from, to, from.commit('two'));
    from.write('a', 'c');
    from.git('add', '--all');
    from.git('commit', '--quiet', '--amend', '--message=other');
    expect(await send(from, to, from.git('rev-parse', 'HEAD'))).toBeGreaterThan(0);
    from.git('checkout', '--quiet', '--orphan', 'new');
    expect(await send(from, to, from.commit('root'))).toBeGreaterThan(0);
  });

  it('passes over what it does not know of what is there', async () => {
    const [from, other] = [temporaryRepository(), temporaryRepository()];
    const to = temporaryRepository('--bare');
    await send(other, to, other.commit('of another clone'));
    expect(await send(from, to, from.commit('one'))).toBeGreaterThan(0);
  });

  it('leaves the repository as it is', async () => {
    const from = temporaryRepository();
    const commit = from.commit('one');
    const refs = from.git('for-each-ref');
    const objects = from.git('count-objects', '-v');
    await bundle(await openRepository(from.folder), { commit, ref: REF, has: ['f'.repeat(40)] });
    expect(from.git('for-each-ref')).toBe(refs);
    expect(from.git('count-objects', '-v')).toBe(objects);
  });

  it('sends from a shallow clone only what it can', async () => {
    const origin = temporaryRepository();
    const to = temporaryRepository('--bare');
    origin.commit('one');
    const second = origin.commit('two');
    const folder = temporaryFolder();
    origin.git('clone', '--quiet', '--depth=1', `file://${origin.folder}`, folder);
    const shallow = repositoryIn(folder);
    await expect(send(shallow, to, second)).rejects.toThrow(saying('git fetch --unshallow'));
    await send(origin, to, second);
    expect(await send(shallow, to, shallow.commit('three'))).toBeGreaterThan(0);
  });

  it('sends commits with SHA-256 hashes', async () => {
    const from = temporaryRepository('--object-format=sha256');
    const to = temporaryRepository('--object-format=sha256', '--bare');
    expect(await send(from, to, from.commit('one'))).toBeGreaterThan(0);
    from.write('a', 'a');
    expect(await send(from, to, from.commit('two'))).toBeGreaterThan(0);
  });
});
