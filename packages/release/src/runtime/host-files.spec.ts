import { describe, expect, it } from 'vitest';
import { checkShell, recordCommands } from '@fairness-deploy/shell/testing';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { temporaryFolder, temporaryRepository } from '../testing/temporary-repository.js';
import { parseHostFiles, printHostFiles, type HostFiles } from './host-files.js';
import { askedFiles } from './project-files.js';

const asked = askedFiles('it$(id)s', '.nvmrc');

function read(of: { url: string; commit: string; repository: string }): HostFiles {
  const { url, commit, repository } = of;
  const script = printHostFiles({ repository }, 'shop', {
    url: { scheme: 'https', url },
    commit,
    asked,
  });
  const { stdout } = recordCommands(script, { programs: {}, variables: { HOME: '/nonexistent' } });
  return parseHostFiles(stdout, commit);
}

function source(): { folder: string; commit: string } {
  const repository = temporaryRepository();
  repository.write('.nvmrc', 'v24\n');
  repository.write('it$(id)s/package.json', '{"name":"é"}');
  repository.write('pnpm-lock.yaml', 'long');
  repository.write('yarn.lock/file', '');
  repository.git('config', 'uploadpack.allowFilter', 'true');
  return { folder: repository.folder, commit: repository.commit('one') };
}

const FOUND = new Map([
  ['it$(id)s/package.json', '{"name":"é"}'],
  ['.nvmrc', 'v24\n'],
  ['pnpm-lock.yaml', ''],
]);

describe('printHostFiles()', () => {
  it("takes the files from the host's repository", () => {
    const { folder, commit } = source();
    expect(read({ url: 'https://nowhere.invalid/x', commit, repository: folder })).toEqual({
      files: FOUND,
    });
  });

  it('fetches them where the host does not have the commit', () => {
    const { folder, commit } = source();
    const repository = `${temporaryFolder()}/none`;
    expect(read({ url: `file://${folder}`, commit, repository })).toEqual({ files: FOUND });
  });

  it('says why they cannot be read', () => {
    const { folder } = source();
    const repository = `${temporaryFolder()}/none`;
    const gone = read({ url: `file://${folder}`, commit: 'a'.repeat(40), repository });
    expect(gone).toEqual({ unread: `file://${folder} does not have the commit` });
    const nowhere = read({ url: 'file:///nonexistent', commit: 'a'.repeat(40), repository });
    expect(nowhere).toMatchObject({ unread: expect.stringContaining('nonexistent') as string });
  });

  it('passes on no other line of the application, and shows no secret', async () => {
    const credentials = Text.of('bot:', new Secret('token', 's3cret'));
    const script = printHostFiles({ repository: '/srv/shop/repo.git' }, 'shop', {
      url: { scheme: 'https', url: 'https://git.example/shop.git', credentials },
      commit: 'a'.repeat(40),
      asked,
    });
    expect(String(script)).not.toContain('s3cret');
    const { stdout } = recordCommands(script, {
      programs: {
        git: `case "$*" in *ls-tree*) echo '100644 blob x' ;; *'cat-file blob'*) echo 'v20' ;; esac; printf 'live colours/green\\nfile $(id)\\n'`,
      },
    });
    expect(stdout).not.toContain('live');
    await checkShell(script);
  });
});
