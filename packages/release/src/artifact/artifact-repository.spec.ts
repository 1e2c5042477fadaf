import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-repository.js';
import { commitTree, keepArtifact, openArtifacts, takeFolder } from './artifact-repository.js';

const origin = {
  author: 'Ana <ana@x.example> 1700000000 +0100',
  committer: 'Rui <rui@x.example> 1700000100 +0000',
};

it('keepArtifact() keeps the last twenty, and knows those before', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'x'), 'x');
  const artifacts = await openArtifacts(folder, 'sha1');
  const tree = await takeFolder(artifacts, folder);
  const commits: string[] = [];
  for (let at = 0; at < 22; at += 1) {
    const commit = await commitTree(artifacts, tree, { ...origin, message: String(at) });
    const known = await keepArtifact(artifacts, commit);
    expect([...known].sort()).toEqual(commits.slice(-19).sort());
    commits.push(commit);
  }
  expect(await keepArtifact(artifacts, commits.at(-1) ?? '')).toHaveLength(20);
}, 60_000);
