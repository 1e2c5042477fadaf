import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type TemporaryRepository } from '../testing/repository-in.js';
import { temporaryFolder, temporaryRepository } from '../testing/temporary-repository.js';
import type { Artifact } from './artifact.js';
import { commitTree, keepArtifact, openArtifacts, takeFolder } from './artifact-repository.js';
import { HostObjects } from './host-objects.js';
import { packArtifact } from './pack-artifact.js';

const REFS = 'refs/fairness-deploy';
const PERSON = 'Ana <ana@x.example> 1700000000 +0100';

/** A client whose cache begins empty. */
function newClient() {
  const workspace = temporaryFolder();
  return async (files: Readonly<Record<string, string>>): Promise<Artifact> => {
    const folder = temporaryFolder();
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const repository = await openArtifacts(workspace, 'sha1');
    const tree = await takeFolder(repository, folder);
    const about = { author: PERSON, committer: PERSON, message: 'built\n' };
    const commit = await commitTree(repository, tree, about);
    return { commit, repository, known: await keepArtifact(repository, commit) };
  };
}

/** Sends an artifact as the deployer does, and gives the size of what was sent. */
async function send(
  artifact: Artifact,
  host: TemporaryRepository,
  { tells }: { readonly tells: boolean },
): Promise<number> {
  const commits = host
    .git('for-each-ref', '--format=%(objectname)', REFS)
    .split('\n')
    .filter(Boolean);
  const ids = tells
    ? host.git('rev-list', '--objects', '--no-object-names', '--all').split('\n')
    : [];
  const objects = tells ? new HostObjects(ids.map((id) => id.slice(0, 16))) : undefined;
  const ref = `${REFS}/${artifact.commit}`;
  const bytes = await packArtifact(artifact, { ref, commits, objects });
  const file = join(temporaryFolder(), 'bundle');
  writeFileSync(file, bytes);
  host.git('fetch', '--quiet', '--no-tags', file, `${ref}:${ref}`);
  host.git('fsck', '--connectivity-only', '--no-dangling', artifact.commit);
  return bytes.length;
}

const large = randomBytes(100_000).toString('hex');
const first = { 'main.js': 'one', 'node_modules/dep/large.js': large, 'a/b\n"c"': large.slice(9) };

describe('packArtifact()', () => {
  it('sends all at first, then the differences from what is known here', async () => {
    const build = newClient();
    const host = temporaryRepository('--bare');
    expect(await send(await build(first), host, { tells: false })).toBeGreaterThan(100_000);
    const next = await build({ ...first, 'node_modules/dep/large.js': `${large}more` });
    expect(await send(next, host, { tells: false })).toBeLessThan(2000);
  });

  it('sends what the host has not told of, from another machine', async () => {
    const host = temporaryRepository('--bare');
    await send(await newClient()(first), host, { tells: false });
    const other = newClient();
    const next = await other({ ...first, 'main.js': 'two', 'new.js': 'new' });
    expect(await send(next, host, { tells: true })).toBeLessThan(1000);
    const again = await other({ ...first, 'main.js': 'three' });
    expect(await send(again, host, { tells: false })).toBeLessThan(1000);
  });

  it('sends all when the host has nothing to tell that serves', async () => {
    const host = temporaryRepository('--bare');
    await send(await newClient()({ x: 'x' }), host, { tells: false });
    expect(await send(await newClient()(first), host, { tells: true })).toBeGreaterThan(100_000);
  });
});
