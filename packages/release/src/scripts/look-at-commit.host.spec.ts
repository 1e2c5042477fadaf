import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { noticeIn, sh, type Connection } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { releaseSpec, type SpecChanges } from '../testing/release-spec.js';
import { lookAtCommit } from './look-at-commit.js';

const HOME = '/srv/look';
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d7a2146'.repeat(8)}\nsize 12345\n`;

let test: TestHost;
let connection: Connection;
const commits = new Map<string, string>();

beforeAll(async () => {
  test = await startTestHost('look');
  connection = await test.connect();
  const { status, stdout, stderr } = await connection.run(sh`
    set -eu
    useradd --create-home app
    mkdir ${HOME}
    chown app ${HOME}
    runuser -u app -- sh -eu <<'end'
    cd /srv/look
    export GIT_AUTHOR_NAME=Ana GIT_AUTHOR_EMAIL=ana@example.org GIT_COMMITTER_NAME=Ana GIT_COMMITTER_EMAIL=ana@example.org
    git init -q --bare repo.git
    git init -q work
    cd work
    mkdir -p apps/web docs
    echo 1 >apps/web/server.js
    echo 1 >package-lock.json
    save() {
      git add --all
      git commit -q --allow-empty -m "$1"
      git push -q ../repo.git "HEAD:refs/fairness-deploy/$1"
      printf '%s %s\n' "$1" "$(git rev-parse HEAD)"
    }
    save first
    echo 1 >docs/guide.md
    save docs
    echo 2 >package-lock.json
    save lock
    git commit -q --allow-empty -m empty
    save empty
    git reset -q --hard HEAD~2
    echo 2 >apps/web/server.js
    save rewritten
    git update-index --add --cacheinfo "160000,$(git rev-parse HEAD),apps/web/lib"
    git commit -q -m submodule
    mkdir -p apps/web/lib
    git push -q ../repo.git HEAD:refs/fairness-deploy/submodule
    printf 'submodule %s\n' "$(git rev-parse HEAD)"
    git reset -q --hard HEAD~1
    printf '%s' ${POINTER} >"apps/web/lögö it's.png"
    cp "apps/web/lögö it's.png" docs/other.png
    dd if=/dev/zero of=zeros bs=200 count=1 2>/dev/null
    save pointer
    end`);
  if (status !== 0) throw new Error(stderr);
  for (const line of stdout.toString().trim().split('\n')) {
    const [name = '', commit = ''] = line.split(' ');
    commits.set(name, commit);
  }
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const of = (name: string): string => commits.get(name) ?? '';
const short = (name: string): string => of(name).slice(0, 10);

async function look(name: string, live: string | undefined, section: object = {}) {
  const changes: SpecChanges = { application: { home: HOME, user: 'app' }, section };
  const spec = releaseSpec(changes);
  const { status, stdout, stderr } = await connection.run(
    sh`
    set -eu
    ${lookAtCommit({
      ...spec,
      release: { ...spec.release, commit: of(name) },
      ...(live !== undefined && { live: { commit: of(live) } }),
    })}`,
  );
  const notices = stdout
    .toString()
    .split('\n')
    .flatMap((line) => noticeIn(line) ?? []);
  return { status, notices, stderr };
}

describe('lookAtCommit() compared with the live commit', () => {
  const web = { directory: 'apps/web' };

  it('says nothing of a commit that descends from it and changes the application', async () => {
    expect(await look('rewritten', 'docs', web)).toEqual({ status: 0, notices: [], stderr: '' });
    expect(await look('docs', 'first')).toMatchObject({ notices: [] });
    expect(await look('docs', undefined)).toMatchObject({ notices: [] });
    expect(await look('docs', 'docs')).toMatchObject({ notices: [] });
  });

  it('says when a branch was rewritten, and when the commit is an older one', async () => {
    expect((await look('rewritten', 'empty')).notices).toEqual([
      `Commit ${short('rewritten')} does not descend from the live commit ${short('empty')}: its branch was rewritten (a force-push), or is another one. It lacks 2 of the live commits`,
    ]);
    expect((await look('docs', 'empty')).notices).toEqual([
      `Commit ${short('docs')} is older than the live commit ${short('empty')}, by 3`,
    ]);
  });

  it('says when it changes nothing of the application', async () => {
    const nothing = `Commit ${short('docs')} changes nothing in apps/web, nor a lock file beside it compared with the live commit ${short('first')}`;
    expect((await look('docs', 'first', web)).notices).toEqual([nothing]);
    expect((await look('lock', 'docs', web)).notices).toEqual([]);
    expect((await look('empty', 'lock')).notices).toEqual([
      `Commit ${short('empty')} changes no file compared with the live commit ${short('lock')}`,
    ]);
  });

  it('says nothing of a live commit that is not there any more', async () => {
    commits.set('gone', 'e'.repeat(40));
    expect(await look('docs', 'gone')).toEqual({ status: 0, notices: [], stderr: '' });
  });
});

describe('lookAtCommit() of a commit that the host has fetched', () => {
  const fetched = { repository: 'https://git.example/shop.git' };

  it('refuses submodules, and pointers of Git LFS, by name', async () => {
    const cut = await look('submodule', undefined, fetched);
    expect(cut).toMatchObject({ status: 1 });
    expect(cut.stderr).toContain(
      `Cannot deploy ${short('submodule')}: it has submodules, which git does not send: apps/web/lib`,
    );
    const pointing = await look('pointer', undefined, fetched);
    expect(pointing).toMatchObject({ status: 1 });
    expect(pointing.stderr).toMatch(
      /the host would get pointers to them: apps\/web\/lögö it's\.png docs\/other\.png/,
    );
    expect(pointing.stderr).toContain('\n  → take them out of it');
  });

  it('leaves those alone that are outside of the application, and all others', async () => {
    expect(await look('pointer', undefined, { ...fetched, directory: 'docs/none' })).toMatchObject({
      status: 0,
    });
    expect(await look('submodule', undefined, { ...fetched, directory: 'docs' })).toMatchObject({
      status: 0,
    });
    expect(await look('rewritten', undefined, fetched)).toMatchObject({ status: 0, stderr: '' });
  });
});
