import { Secret, Text } from '@fairness-deploy/shell/secret';
import { outcomeOf, REAL, runCase, type CommandCase } from '@fairness-deploy/shell/testing';
import { exampleProcess } from '@fairness-deploy/core/testing';
import { expect, it } from 'vitest';
import { parseMigration } from '../host/migration-record.js';
import { application as example } from '../testing/application.js';
import { RELEASE_ID_GLOB } from '../application/release-id.js';
import { commit } from '../testing/entry.js';
import { releaseSpec, type SpecChanges } from '../testing/release-spec.js';
import { temporaryFolder } from '../testing/temporary-repository.js';
import type { Transfer } from '../scripts/release-spec.js';
import { releaseSteps } from './release-steps.js';

/**
 * What each step does on a host, as data. `~` is the application's home, `ID` and `COMMIT` are the
 * release's. Root's programs and git are stood in for; all succeed unless a case tells.
 */
interface Case extends CommandCase {
  readonly step: string;
  readonly undo?: true;
  /** What differs from a deployment of a commit that the host has. */
  readonly of?: SpecChanges;
}

const BUILT = '20261122-101502-0000000';
const ARTIFACT = 'a'.repeat(40);
const SHA256 = 'f'.repeat(64);

const HOSTILE = { section: { directory: "it's $(id)" } };
const IN_HOSTILE = String.raw`'../../releases/ID/it'\''s $(id)'`;

const IN_RELEASE = ['cd ~/releases/ID', 'permacoop: mkdir -p -- .'];
const SHARING: SpecChanges = { section: { shared: ['uploads'] } };

const INPUT: SpecChanges = { transfer: { from: 'input' } };
const fromUrl = (credentials?: Text): SpecChanges => {
  const url = { scheme: 'https', url: 'https://git.example/shop.git' } as const;
  const transfer: Transfer = { from: 'url', url: { ...url, ...(credentials && { credentials }) } };
  return { transfer };
};

const INIT =
  'permacoop: git -c init.defaultBranch=main init --quiet --bare --template= --object-format=sha1 -- ~/repo.git';
const FETCH =
  'permacoop: git -C ~/repo.git -c gc.auto=0 -c maintenance.auto=false -c http.lowSpeedLimit=1000 -c http.lowSpeedTime=60 fetch --quiet --no-tags --no-write-fetch-head --';
const FETCH_BUNDLE = `${FETCH} ~/shared/.ID.bundle refs/fairness-deploy/ID:refs/fairness-deploy/ID`;
const FETCH_COMMIT = `${FETCH} https://git.example/shop.git COMMIT:refs/fairness-deploy/ID`;
const FETCH_ALL = `${FETCH} https://git.example/shop.git '+refs/heads/*:refs/remotes/origin/*' '+refs/tags/*:refs/remotes/tags/*'`;
/** With the options that name no credentials. */
const withCredentials = (command: string): string =>
  command.replace(
    'git ',
    () =>
      `git -c credential.helper= -c 'credential.https://git.example/shop.git.helper=!f() { if [ "$1" = get ]; then printf '\\''username=%s\\npassword=%s\\n'\\'' "$FD_GIT_USER" "$FD_GIT_PASSWORD"; fi; }; f' -c http.https://git.example/shop.git.followRedirects=false `,
  );
const RENEW = [
  'mv -T -- ~/repo.git ~/.removed-repo-ID',
  'mkdir -m 0700 -- ~/repo.git',
  'chown -h permacoop: -- ~/repo.git',
  'rm -rf --one-file-system -- ~/.removed-repo-ID',
];
const MAKE_FOLDER = ['mkdir -m 0750 -- ~/releases/ID', 'chown -h permacoop: -- ~/releases/ID'];
const LINK_RUNTIME = [
  'rm -rf -- bin .bin.new',
  'mkdir -- .bin.new',
  'ln -s -- /opt/node/20.20.2/bin/node .bin.new/node',
  'mv -T -- .bin.new bin',
];
const PRUNE_WORKTREES = 'permacoop: git -C ~/repo.git worktree prune';
const ADD_WORKTREE =
  'permacoop: git -C ~/repo.git -c advice.detachedHead=false worktree add --quiet --detach -- ~/releases/ID';

const KEEPS = ['sync -f -- ~/releases/ID', 'mv -fT -- ~/shared/built.new ~/shared/built'];
const KEPT =
  'Keeping what was built: the next deployment of this commit copies it; --force builds anew\n';

const MIGRATES =
  'It runs: the host has no record of an earlier one: it is the first one, or a rollback or a restore has removed it\n';
const FORGETS = ['rm -f -- ~/shared/migrated', 'sync -- ~/shared'];
const TIMED = [
  'sync -- ~/shared/deploying.migrated.new',
  'mv -fT -- ~/shared/deploying.migrated.new ~/shared/deploying.migrated',
];
const MIGRATED = [
  ...TIMED,
  'sync -- ~/shared/migrated.new',
  'mv -fT -- ~/shared/migrated.new ~/shared/migrated',
];
const record = [commit, SHA256, SHA256].join('\n');
const last = parseMigration([BUILT, ...record.split('\n')]);
if (!last) throw new Error('Cannot parse the record');
const UNCHANGED = { inputs: last, why: 'nothing has changed', last };

const cases: readonly Case[] = [
  // fetch
  {
    name: "fetch makes a repository, and takes the job's input as a bundle",
    step: 'fetch',
    of: INPUT,
    commands: [
      'install -o permacoop -m 0400 -- INPUT ~/shared/.ID.bundle',
      INIT,
      FETCH_BUNDLE,
      'rm -f -- ~/shared/.ID.bundle',
    ],
  },
  {
    name: 'fetch removes from a repository what the application can have put there',
    step: 'fetch',
    of: INPUT,
    host: {
      'repo.git/objects/info/': '',
      'repo.git/worktrees/1/locked': '',
      'repo.git/worktrees/2/config.worktree': '',
    },
    commands: [
      "permacoop: git -C ~/repo.git for-each-ref '--format=%(refname) %(objectname) %(objecttype)'",
      'install -o permacoop -m 0400 -- INPUT ~/shared/.ID.bundle',
      'permacoop: rm -rf -- ~/repo.git/hooks ~/repo.git/info/attributes ~/repo.git/config ~/repo.git/config.worktree',
      'permacoop: rm -rf -- ~/repo.git/worktrees/1/locked ~/repo.git/worktrees/2/config.worktree',
      FETCH_BUNDLE,
      'rm -f -- ~/shared/.ID.bundle',
    ],
  },
  {
    name: 'fetch makes a repository anew that git cannot read',
    step: 'fetch',
    of: { artifact: ARTIFACT },
    host: { 'repo.git/garbage': '' },
    programs: { git: 'case "$*" in *for-each-ref*) exit 128 ;; esac' },
    commands: [
      "permacoop: git -C ~/repo.git for-each-ref '--format=%(refname) %(objectname) %(objecttype)'",
      ...RENEW,
      'permacoop: rm -rf -- ~/repo.git/hooks ~/repo.git/info/attributes ~/repo.git/config ~/repo.git/config.worktree',
      "permacoop: rm -rf -- ~'/repo.git/worktrees/*/locked' ~'/repo.git/worktrees/*/config.worktree'",
      `permacoop: git -C ~/repo.git update-ref refs/fairness-deploy/ID ${ARTIFACT}`,
    ],
    prints: 'NOTICE Making ~/repo.git anew, as git could not read it\n',
  },
  {
    name: 'fetch leaves an empty repository when a bundle does not fit to the one that is there',
    step: 'fetch',
    of: INPUT,
    host: { 'repo.git/': '' },
    programs: { git: 'case "$*" in *fetch*) exit 1 ;; esac' },
    commands: [
      'install -o permacoop -m 0400 -- INPUT ~/shared/.ID.bundle',
      'permacoop: rm -rf -- ~/repo.git/hooks ~/repo.git/info/attributes ~/repo.git/config ~/repo.git/config.worktree',
      "permacoop: rm -rf -- ~'/repo.git/worktrees/*/locked' ~'/repo.git/worktrees/*/config.worktree'",
      INIT,
      FETCH_BUNDLE,
      ...RENEW,
      'rm -f -- ~/shared/.ID.bundle',
    ],
    fails:
      'Cannot fetch COMMIT into ~/repo.git: git says why above\n  → deploy again: the repository is empty now, so all commits are sent',
  },
  {
    name: 'fetch takes a commit that the host has',
    step: 'fetch',
    commands: ['permacoop: git -C ~/repo.git update-ref refs/fairness-deploy/ID COMMIT'],
  },
  {
    name: 'fetch fails when the commit is gone by then',
    step: 'fetch',
    programs: { git: 'exit 1' },
    commands: ['permacoop: git -C ~/repo.git update-ref refs/fairness-deploy/ID COMMIT'],
    fails:
      'Cannot find the commit COMMIT in ~/repo.git: it was removed since this was planned\n  → deploy again',
  },
  {
    name: 'fetch takes an artifact that the host has, by its own hash',
    step: 'fetch',
    of: { artifact: ARTIFACT },
    commands: [`permacoop: git -C ~/repo.git update-ref refs/fairness-deploy/ID ${ARTIFACT}`],
  },
  {
    name: 'fetch asks a URL for the commit alone',
    step: 'fetch',
    of: fromUrl(),
    commands: [INIT, FETCH_COMMIT],
  },
  {
    name: 'fetch asks a URL for all branches when it does not hand out a commit',
    step: 'fetch',
    of: fromUrl(),
    programs: { git: 'case "$*" in *https:*refs/fairness-deploy/*) exit 1 ;; esac' },
    commands: [
      INIT,
      FETCH_COMMIT,
      FETCH_ALL,
      'permacoop: git -C ~/repo.git update-ref refs/fairness-deploy/ID COMMIT',
    ],
  },
  {
    name: 'fetch gives git credentials in variables, and never asks for them',
    step: 'fetch',
    of: fromUrl(Text.of('bot:', new Secret('token', 't'))),
    programs: { git: 'case "$*" in *fetch*) env | grep -E ^[FD_]*GIT_ | sort; exit 1 ;; esac' },
    commands: [INIT, withCredentials(FETCH_COMMIT), withCredentials(FETCH_ALL)],
    prints: [
      'FD_GIT_PASSWORD=t',
      'FD_GIT_USER=bot',
      'GIT_SSH_COMMAND=ssh -oBatchMode=yes -oConnectTimeout=30 -oServerAliveInterval=15',
      'GIT_TERMINAL_PROMPT=0\n',
    ]
      .join('\n')
      .repeat(2),
    fails:
      "Cannot fetch from https://git.example/shop.git: git says why above\n  → the user permacoop must be able to read it; if it says 301, 302, 307 or 308: a password is sent to git.example only; see where the server redirects to, and name that URL instead if you trust it: curl --head 'https://git.example/shop.git/info/refs?service=git-upload-pack'",
  },
  {
    name: 'fetch makes a repository for hashes of SHA-256',
    step: 'fetch',
    of: { ...INPUT, artifact: SHA256 },
    commands: [
      'install -o permacoop -m 0400 -- INPUT ~/shared/.ID.bundle',
      INIT.replace('sha1', 'sha256'),
      FETCH_BUNDLE,
      'rm -f -- ~/shared/.ID.bundle',
    ],
  },
  {
    name: 'fetch does nothing where the release is there already',
    step: 'fetch',
    of: INPUT,
    host: { 'releases/ID/': '' },
    commands: [],
    fails: 'Cannot make the release ID: it is there already\n  → deploy again',
  },
  {
    name: 'undo fetch forgets the commit',
    step: 'fetch',
    undo: true,
    host: { 'repo.git/': '' },
    commands: ['permacoop: git -C ~/repo.git update-ref -d refs/fairness-deploy/ID'],
  },
  {
    name: 'undo fetch leaves a release its commit that was there before',
    step: 'fetch',
    undo: true,
    host: { 'repo.git/': '', 'releases/ID/': '' },
    commands: [],
  },

  // checkout
  {
    name: 'checkout makes a worktree of the commit',
    step: 'checkout',
    commands: [...MAKE_FOLDER, PRUNE_WORKTREES, `${ADD_WORKTREE} COMMIT`],
  },
  {
    name: 'checkout takes an artifact byte for byte',
    step: 'checkout',
    of: { artifact: ARTIFACT },
    programs: { git: 'cat "$2/info/attributes" 2>/dev/null || :' },
    commands: [
      ...MAKE_FOLDER,
      PRUNE_WORKTREES,
      'permacoop: mkdir -p -- ~/repo.git/info',
      `${ADD_WORKTREE} ${ARTIFACT}`,
      'permacoop: rm -f -- ~/repo.git/info/attributes',
    ],
    prints: '* -text -ident -filter !working-tree-encoding\n',
  },
  {
    name: 'checkout fails when the commit lacks the folder of the application',
    step: 'checkout',
    of: HOSTILE,
    commands: [...MAKE_FOLDER, PRUNE_WORKTREES, `${ADD_WORKTREE} COMMIT`],
    fails: "Cannot deploy COMMIT: it has no folder 'it's $(id)'",
  },
  {
    name: 'undo checkout removes the release, of which half must never pass for one',
    step: 'checkout',
    undo: true,
    host: { 'releases/ID/file': '' },
    commands: [
      'mv -T -- ~/releases/ID ~/releases/.removed-ID',
      'rm -rf --one-file-system -- ~/releases/.removed-ID',
      PRUNE_WORKTREES,
    ],
  },
  {
    name: 'undo checkout keeps a release that was built, in place of one that was kept before',
    step: 'checkout',
    undo: true,
    host: {
      built: '',
      'releases/ID/file': '',
      [`releases/${BUILT}/file`]: '',
      'shared/built': `${BUILT}\n`,
    },
    commands: [
      'rm -f -- ~/shared/built',
      `mv -T -- ~/releases/${BUILT} ~/releases/.removed-${BUILT}`,
      `rm -rf --one-file-system -- ~/releases/.removed-${BUILT}`,
      ...KEEPS,
    ],
    prints: KEPT,
  },
  {
    name: 'undo checkout removes no release that is in a colour, whatever the record of builds says',
    step: 'checkout',
    undo: true,
    host: {
      built: '',
      'releases/ID/file': '',
      [`releases/${BUILT}/file`]: '',
      'shared/built': `${BUILT}\n`,
      'colours/blue/release': `-> ../../releases/${BUILT}`,
    },
    commands: ['rm -f -- ~/shared/built', ...KEEPS],
    prints: KEPT,
  },
  {
    name: 'undo checkout keeps no build where the disk has no room for a copy of it',
    step: 'checkout',
    undo: true,
    host: { built: '', 'releases/ID/file': '' },
    programs: { df: 'echo none; echo / 9 9 0 100% /' },
    commands: [
      'df -Pk ~/releases',
      'mv -T -- ~/releases/ID ~/releases/.removed-ID',
      'rm -rf --one-file-system -- ~/releases/.removed-ID',
      PRUNE_WORKTREES,
    ],
  },
  {
    name: 'undo checkout keeps the live release',
    step: 'checkout',
    undo: true,
    host: {
      'releases/ID/file': '',
      live: '-> colours/blue',
      'colours/blue/release': '-> ../../releases/ID',
    },
    commands: [],
    prints: 'Keeping ID: it is the live release\n',
  },

  // copy build
  {
    name: 'copy build copies the files of a release, but for its worktree, and notes its dependencies',
    step: 'copy build',
    of: { builtAs: BUILT },
    host: {
      [`releases/${BUILT}/dist`]: '',
      [`releases/${BUILT}/.git`]: '',
      [`shared/dependencies/${BUILT}.key`]: '',
    },
    commands: [
      ...MAKE_FOLDER,
      PRUNE_WORKTREES,
      'permacoop: git -C ~/repo.git worktree add --quiet --detach --no-checkout -- ~/releases/ID COMMIT',
      `permacoop: cp -a --reflink=auto -t ~/releases/ID -- ~/releases/${BUILT}/dist`,
      'permacoop: git -C ~/releases/ID reset --quiet',
      `cp -- ~/shared/dependencies/${BUILT}.key ~/shared/dependencies/ID.key`,
    ],
    prints: `The commit is built already, as ${BUILT}\n`,
  },
  {
    name: 'copy build fails when that release is gone by then',
    step: 'copy build',
    of: { builtAs: BUILT },
    commands: [],
    fails: `Cannot copy the build of ${BUILT}: it was removed since this was planned\n  → deploy again`,
  },
  {
    name: 'undo copy build removes the release',
    step: 'copy build',
    undo: true,
    of: { builtAs: BUILT },
    host: { 'releases/ID/': '' },
    commands: [
      'mv -T -- ~/releases/ID ~/releases/.removed-ID',
      'rm -rf --one-file-system -- ~/releases/.removed-ID',
      PRUNE_WORKTREES,
    ],
  },

  // shared folders
  {
    name: "shared folders get the repository's content the first time, and a link takes its place",
    step: 'shared folders',
    of: SHARING,
    host: { 'releases/ID/uploads/seed': '', 'shared/folders/': '' },
    commands: [
      ...IN_RELEASE,
      'permacoop: mkdir -p -- ~/shared/folders',
      `permacoop: rm -rf -- ~'/shared/folders/.${RELEASE_ID_GLOB}.new'`,
      'permacoop: cp -a --reflink=auto -- ./uploads ~/shared/folders/.ID.new',
      'permacoop: sync -f -- ~/shared/folders/.ID.new',
      'permacoop: mv -T -- ~/shared/folders/.ID.new ~/shared/folders/uploads',
      'permacoop: rm -rf -- ./uploads',
      'permacoop: ln -s -- ~/shared/folders/uploads ./uploads',
    ],
    prints: 'Made ~/shared/folders/uploads\n',
  },
  {
    name: 'shared folders are made empty where the repository has none, below folders of its own',
    step: 'shared folders',
    of: { section: { shared: ["storage/it's $(id)"] } },
    host: { 'releases/ID/': '', 'shared/folders/': '' },
    commands: [
      'cd ~/releases/ID',
      'permacoop: mkdir -p -- storage',
      'cd ~/releases/ID/storage',
      'permacoop: mkdir -p -- ~/shared/folders/storage',
      `permacoop: rm -rf -- ~'/shared/folders/storage/.${RELEASE_ID_GLOB}.new'`,
      'permacoop: mkdir -- ~/shared/folders/storage/.ID.new',
      'permacoop: sync -f -- ~/shared/folders/storage/.ID.new',
      String.raw`permacoop: mv -T -- ~/shared/folders/storage/.ID.new ~'/shared/folders/storage/it'\''s $(id)'`,
      String.raw`permacoop: ln -s -- ~'/shared/folders/storage/it'\''s $(id)' './it'\''s $(id)'`,
    ],
    prints: "Made ~/shared/folders/storage/it's $(id)\n",
  },
  {
    name: 'shared folders that are there are linked, and keep their content',
    step: 'shared folders',
    of: SHARING,
    host: { 'releases/ID/uploads/seed': '', 'shared/folders/uploads/': '' },
    commands: [
      ...IN_RELEASE,
      'permacoop: rm -rf -- ./uploads',
      'permacoop: ln -s -- ~/shared/folders/uploads ./uploads',
    ],
  },
  {
    name: 'shared folders may be links to another disk, but not to one that is absent',
    step: 'shared folders',
    of: SHARING,
    host: { 'releases/ID/': '', 'shared/folders/uploads': '-> /nonexistent/disk' },
    commands: [...IN_RELEASE],
    fails:
      'Cannot share uploads: ~/shared/folders/uploads is no folder, or a link that leads nowhere\n  → see what it is: ls -ld ~/shared/folders/uploads',
  },
  {
    name: 'shared folders remove what an interrupted deployment has left of them',
    step: 'shared folders',
    of: SHARING,
    host: {
      'releases/ID/': '',
      'shared/folders/.20261122-101502-0000000.new/half': '',
      'shared/folders/.other.new/': '',
    },
    commands: [
      ...IN_RELEASE,
      'permacoop: mkdir -p -- ~/shared/folders',
      'permacoop: rm -rf -- ~/shared/folders/.20261122-101502-0000000.new',
      'permacoop: mkdir -- ~/shared/folders/.ID.new',
      'permacoop: sync -f -- ~/shared/folders/.ID.new',
      'permacoop: mv -T -- ~/shared/folders/.ID.new ~/shared/folders/uploads',
      'permacoop: ln -s -- ~/shared/folders/uploads ./uploads',
    ],
    prints: 'Made ~/shared/folders/uploads\n',
  },
  {
    name: 'shared folders leave a folder alone that cannot be copied whole',
    step: 'shared folders',
    of: SHARING,
    host: { 'releases/ID/uploads/seed': '', 'shared/folders/': '' },
    programs: { cp: 'echo half >"$5"; exit 1' },
    commands: [
      ...IN_RELEASE,
      'permacoop: mkdir -p -- ~/shared/folders',
      `permacoop: rm -rf -- ~'/shared/folders/.${RELEASE_ID_GLOB}.new'`,
      'permacoop: cp -a --reflink=auto -- ./uploads ~/shared/folders/.ID.new',
      'permacoop: rm -rf -- ~/shared/folders/.ID.new',
    ],
    fails: '',
  },
  {
    name: 'shared folders are refused where the repository has a file',
    step: 'shared folders',
    of: SHARING,
    host: { 'releases/ID/uploads': '', 'shared/folders/': '' },
    commands: [...IN_RELEASE],
    fails:
      'Cannot share uploads: it is no folder in the release\n  → share the folder that it is in',
  },
  {
    name: 'shared folders are refused where the repository has a link',
    step: 'shared folders',
    of: SHARING,
    host: { 'releases/ID/uploads': '-> /etc', 'shared/folders/': '' },
    commands: [...IN_RELEASE],
    fails:
      'Cannot share uploads: there is another link in the release\n  → remove it from the repository',
  },
  {
    name: 'shared folders are refused where a link of the repository leads out of the release',
    step: 'shared folders',
    of: { section: { shared: ['out/uploads'] } },
    host: { 'releases/ID/out': '-> ../../shared', 'shared/folders/': '' },
    commands: ['cd ~/releases/ID', 'permacoop: mkdir -p -- out'],
    fails:
      'Cannot share out/uploads: a link of the repository leads out of the release\n  → remove the link from the repository: out',
  },
  {
    name: 'shared folders need a provisioned host',
    step: 'shared folders',
    of: SHARING,
    host: { 'releases/ID/': '' },
    commands: [],
    fails: 'Cannot share uploads: there is no ~/shared/folders on this host\n  → provision first',
  },
  {
    name: 'shared folders warn of files that the live release has in a folder of its own',
    step: 'shared folders',
    of: SHARING,
    host: {
      live: '-> colours/blue',
      'colours/blue/release': '-> ../../releases/20261122-101502-0000000',
      'releases/20261122-101502-0000000/uploads/photo': '',
      'releases/ID/': '',
      'shared/folders/': '',
    },
    programs: { git: 'echo photo' },
    commands: [
      'cd ~/live/release/uploads',
      'permacoop: git ls-files --others -- .',
      ...IN_RELEASE,
      'permacoop: mkdir -p -- ~/shared/folders',
      `permacoop: rm -rf -- ~'/shared/folders/.${RELEASE_ID_GLOB}.new'`,
      'permacoop: mkdir -- ~/shared/folders/.ID.new',
      'permacoop: sync -f -- ~/shared/folders/.ID.new',
      'permacoop: mv -T -- ~/shared/folders/.ID.new ~/shared/folders/uploads',
      'permacoop: ln -s -- ~/shared/folders/uploads ./uploads',
    ],
    prints:
      'NOTICE Warning: the live release has files of its own in uploads, which later releases do not see, and which are removed with it. After this deployment, copy them: runuser -u permacoop -- cp -an ~/releases/20261122-101502-0000000/uploads/. ~/shared/folders/uploads/\nMade ~/shared/folders/uploads\n',
  },
  {
    name: 'check shared folders makes a link again that the build has removed',
    step: 'check shared folders',
    of: SHARING,
    host: { 'releases/ID/': '', 'shared/folders/uploads/': '' },
    commands: [...IN_RELEASE, 'permacoop: ln -s -- ~/shared/folders/uploads ./uploads'],
  },
  {
    name: 'check shared folders refuses a folder in place of a link',
    step: 'check shared folders',
    of: SHARING,
    host: { 'releases/ID/uploads/new': '', 'shared/folders/uploads/': '' },
    commands: [...IN_RELEASE],
    fails:
      'Cannot share uploads: there is a folder in place of its link\n  → let the build leave the link there, or remove the path from "shared" in the section "release"',
  },

  // files
  {
    name: 'files are written beside, for their owner alone when they hold a secret',
    step: 'files for install',
    of: {
      section: {
        files: {
          "client/it's $(id)": { content: Text.of('token=', new Secret('token', "s'3")) },
          'plain.json': { json: { a: 1 } },
        },
      },
    },
    host: { 'releases/ID/client/': '', 'releases/ID/plain.json': 'as committed' },
    programs: { mv: 'cat "$3"; stat -c " %a" -- "$3"' },
    commands: [
      'cd ~/releases/ID',
      'permacoop: mkdir -p -- client',
      'cd ~/releases/ID/client',
      String.raw`permacoop: mv -fT -- ./.ID.new './it'\''s $(id)'`,
      ...IN_RELEASE,
      'permacoop: mv -fT -- ./.ID.new ./plain.json',
    ],
    prints: 'token=s\'3 600\n{\n  "a": 1\n}\n 644\n',
  },
  {
    name: 'files are not written to where a link of the repository leads out of the release',
    step: 'files for build',
    of: { section: { files: { 'out/x': { content: '', when: 'build' } } } },
    host: { 'releases/ID/out': '-> /' },
    commands: ['cd ~/releases/ID', 'permacoop: mkdir -p -- out'],
    fails:
      'Cannot write out/x: a link of the repository leads out of the release\n  → remove the link from the repository: out',
  },
  {
    name: 'files do not replace a folder',
    step: 'files for start',
    of: { section: { files: { config: { content: '', when: 'start' } } } },
    host: { 'releases/ID/config/': '' },
    commands: [...IN_RELEASE],
    fails:
      'Cannot write config: it is a folder in the release\n  → choose another path, or remove it from the repository',
  },

  // Commands of the project
  {
    name: "install runs in the application's folder, with its Node.js and a home of its own",
    step: 'install',
    of: {
      section: {
        ...HOSTILE.section,
        dependencies: 'install',
        install: 'pwd; umask; echo "$UNSET$PATH"; echo "$HOME"; echo "$npm_config_cache $API_URL"',
      },
    },
    host: { "releases/ID/it's $(id)/": '' },
    commands: [],
    prints: [
      "~/releases/ID/it's $(id)",
      '0022',
      '/opt/node/20.20.2/bin:/usr/local/bin:/usr/bin:/bin',
      '~/shared/home',
      '~/shared/npm-cache \n',
    ].join('\n'),
  },
  {
    name: 'install sees its own variables, and those of the application that hold its secrets',
    step: 'install',
    of: {
      section: {
        dependencies: 'install',
        install: {
          command: 'echo "$NPM_TOKEN $TOKEN ${API_URL-no URL} ${NODE_ENV-no environment}"',
          variables: { NPM_TOKEN: Text.of(new Secret('npm', "it's")) },
          secrets: ['token'],
        },
      },
    },
    host: { 'releases/ID/': '' },
    commands: [],
    prints: "it's s3cret no URL no environment\n",
  },
  {
    name: 'install fails with the first of its commands that fails',
    step: 'install',
    of: { section: { dependencies: 'install', install: 'echo one\nfalse\necho two' } },
    host: { 'releases/ID/': '' },
    commands: [],
    prints: 'one\n',
    fails: '',
  },
  {
    name: "build has the application's variables, but for secrets",
    step: 'build',
    of: { section: { build: 'echo "$NODE_ENV $API_URL $COMMIT $RELEASE ${TOKEN-no token}"' } },
    host: { 'releases/ID/': '' },
    commands: [],
    prints: 'production http://127.0.0.1:3000 COMMIT ID no token\n',
  },
  {
    name: 'build has the secrets that it is allowed, and variables of its own before others',
    step: 'build',
    of: {
      section: {
        build: {
          command: 'echo "$API_URL $TOKEN ${OTHER-no other} ${BOTH-not both}"',
          variables: { API_URL: 'https://public.example' },
          secrets: ['token'],
        },
      },
      application: {
        env: {
          ...example.env,
          OTHER: Text.of(new Secret('other', 'x')),
          BOTH: Text.of(new Secret('token', 'x'), new Secret('other', 'x')),
        },
      },
    },
    host: { 'releases/ID/': '' },
    commands: [],
    prints: 'https://public.example s3cret no other not both\n',
  },
  {
    name: 'migrate has the secrets as well',
    step: 'migrate',
    of: { section: { migrate: `echo "it's $TOKEN"` } },
    host: { 'releases/ID/': '' },
    commands: MIGRATED,
    prints: `${MIGRATES}it's s3cret\n`,
  },
  {
    name: 'migrate does not run when nothing has changed since the last migration',
    step: 'migrate',
    of: { migration: UNCHANGED },
    host: { 'releases/ID/': '', 'shared/migrated': `${BUILT}\n${record}\n` },
    commands: [],
    prints: 'Not needed: nothing has changed\n',
  },
  {
    name: 'migrate runs when another one has run since this was planned',
    step: 'migrate',
    of: { migration: UNCHANGED },
    host: { 'releases/ID/': '', 'shared/migrated': `20261123-101502-1111111\n${record}\n` },
    commands: [...FORGETS, ...MIGRATED],
    prints: 'NOTICE It runs, as another migration has run or failed since this was planned\n',
  },
  {
    name: 'migrate leaves no record when it fails',
    step: 'migrate',
    of: { section: { migrate: 'cat ../../shared/migrated || :; false' } },
    host: { 'releases/ID/': '', 'shared/migrated': `${BUILT}\n${record}\n` },
    commands: [...FORGETS, ...TIMED],
    prints: MIGRATES,
    fails: 'cat: ../../shared/migrated: No such file or directory',
  },
  {
    name: 'migrate is ended when it takes too long',
    step: 'migrate',
    of: { section: { migrate: 'sleep 600', migrateTimeout: 0.05 } },
    host: { 'releases/ID/': '' },
    commands: TIMED,
    prints: MIGRATES,
    fails: 'Cannot finish the command: it was ended after 0.05 s',
  },

  // start files
  {
    name: 'start files are written beside, and then renamed',
    step: 'start files',
    host: { 'shared/configuration/': '' },
    commands: [
      'rm -rf -- ~/shared/configuration/.ID.new ~/shared/configuration/ID',
      'mkdir -- ~/shared/configuration/.ID.new',
      'sync -f ~/shared/configuration/.ID.new',
      'mv -T -- ~/shared/configuration/.ID.new ~/shared/configuration/ID',
      'permacoop: mv -fT -- ~/shared/env/.ID.new ~/shared/env/ID.api',
      'permacoop: mv -fT -- ~/shared/env/.ID.new ~/shared/env/ID.command.sh',
      'permacoop: mv -fT -- ~/shared/env/.ID.new ~/shared/env/ID',
    ],
  },
  {
    name: 'undo start files removes them, and one that is half written',
    step: 'start files',
    undo: true,
    commands: [
      'rm -f -- ~/shared/env/.ID.new ~/shared/env/ID.api ~/shared/env/ID.command.sh ~/shared/env/ID',
      'rm -rf -- ~/shared/configuration/.ID.new ~/shared/configuration/ID',
    ],
  },

  // prepare colour
  {
    name: 'prepare colour puts the release into blue where nothing is live, and notes how long logs are',
    step: 'prepare colour',
    host: { 'releases/ID/': '', 'shared/env/ID': '', 'colours/blue/.next': '-> left' },
    commands: [
      'cd ~/colours/blue',
      ...LINK_RUNTIME,
      'rm -f -- .next',
      'sync -f .',
      'ln -s -- ../../releases/ID .next',
      'mv -T -- .next release',
    ],
  },
  {
    name: 'prepare colour takes the turn from workers that an interrupted deployment has left there',
    step: 'prepare colour',
    host: {
      ...{ 'releases/ID/': '', 'shared/env/ID': '', 'colours/blue/': '' },
      workers: '-> colours/blue',
    },
    commands: [
      'cd ~/colours/blue',
      'rm -f -- ~/workers',
      'rm -rf -- bin .bin.new',
      'mkdir -- .bin.new',
      'ln -s -- /opt/node/20.20.2/bin/node .bin.new/node',
      'mv -T -- .bin.new bin',
      'rm -f -- .next',
      'sync -f .',
      'ln -s -- ../../releases/ID .next',
      'mv -T -- .next release',
    ],
  },
  {
    name: 'prepare colour puts the release into the colour that is not live, whatever its folder is called',
    step: 'prepare colour',
    of: HOSTILE,
    host: {
      "releases/ID/it's $(id)/": '',
      'shared/env/ID': '',
      live: '-> colours/blue',
      'colours/blue/release': '-> ../../releases/other',
    },
    commands: [
      'cd ~/colours/green',
      ...LINK_RUNTIME,
      'rm -f -- .next',
      'sync -f .',
      `ln -s -- ${IN_HOSTILE} .next`,
      'mv -T -- .next release',
    ],
  },
  {
    name: 'prepare colour leaves no program of an earlier release to one without Node.js',
    step: 'prepare colour',
    of: { runtime: undefined },
    host: { 'releases/ID/': '', 'shared/env/ID': '', 'colours/blue/bin/node': 'left' },
    commands: [
      'cd ~/colours/blue',
      'rm -rf -- bin',
      'rm -f -- .next',
      'sync -f .',
      'ln -s -- ../../releases/ID .next',
      'mv -T -- .next release',
    ],
  },
  {
    name: 'prepare colour fails when the release is live by then',
    step: 'prepare colour',
    of: HOSTILE,
    host: {
      "releases/ID/it's $(id)/": '',
      'shared/env/ID': '',
      live: '-> colours/blue',
      'colours/blue/release': "-> ../../releases/ID/it's $(id)",
    },
    commands: [],
    fails: 'Cannot release ID: another deployment made it live since this was planned',
  },
  {
    name: 'prepare colour fails when the release is gone by then',
    step: 'prepare colour',
    host: { 'releases/ID/': '' },
    commands: [],
    fails:
      'Cannot release ID: it was removed since this was planned\n  → see which releases there are, and choose again',
  },
  {
    name: 'prepare colour leaves alone what is no link',
    step: 'prepare colour',
    host: { 'releases/ID/': '', 'shared/env/ID': '', 'colours/blue/release/': '' },
    commands: [],
    fails:
      'Cannot release ID: "release" in its folder of ~/colours is not a link, and fairness-deploy did not make it\n  → move it away: ls -l ~/colours/*',
  },
  {
    name: 'undo prepare colour takes the release out of its colour',
    step: 'prepare colour',
    undo: true,
    of: HOSTILE,
    host: { 'colours/green/release': "-> ../../releases/ID/it's $(id)" },
    commands: ['rm -rf -- ~/colours/green/release ~/colours/green/bin'],
  },
  {
    name: 'undo prepare colour does nothing when the release is in no colour',
    step: 'prepare colour',
    undo: true,
    host: { 'colours/green/release': '-> ../../releases/other' },
    commands: [],
  },

  // check
  {
    name: 'check asks for the health on the port of the colour, and fails when nothing has been started',
    step: 'check api',
    host: { 'colours/green/release': '-> ../../releases/ID' },
    programs: { curl: 'printf 200' },
    commands: [
      "curl --silent --globoff --noproxy '*' --output /dev/null --write-out '%{http_code}' --max-time 10 -- http://127.0.0.1:3100/api/health",
    ],
    fails: 'Cannot release api: nothing has started it',
  },
  {
    name: 'check asks on the socket of the colour, whatever the path is',
    step: 'check api',
    of: {
      application: {
        processes: example.processes.map(({ name, health }) =>
          exampleProcess({
            ...{ name, listen: 'socket' },
            health: { ...health, path: "/it's?$(id)", deadline: 3 },
          }),
        ),
      },
    },
    host: { 'colours/blue/release': '-> ../../releases/ID' },
    programs: { curl: 'printf 200' },
    commands: [
      "curl --silent --globoff --noproxy '*' --output /dev/null --write-out '%{http_code}' --max-time 3 --unix-socket ~/sockets/api-blue.sock -- 'http://localhost/it'\\''s?$(id)'",
    ],
    fails: 'Cannot release api: nothing has started it',
  },

  // switch
  {
    name: 'switch moves the link in one step, and keeps the previous one',
    step: 'switch',
    of: HOSTILE,
    host: {
      live: '-> colours/blue',
      'colours/green/release': "-> ../../releases/ID/it's $(id)",
    },
    commands: [
      'cd ~',
      'rm -f -- .next-ID .before-ID',
      'cp -P -- live .before-ID',
      'ln -s -- colours/green .next-ID',
      'mv -T -- .next-ID live',
      'sync -f .',
    ],
  },
  {
    name: 'switch makes the link for the first release',
    step: 'switch',
    host: { 'colours/blue/release': '-> ../../releases/ID' },
    commands: [
      'cd ~',
      'rm -f -- .next-ID .before-ID',
      'ln -s -- colours/blue .next-ID',
      'mv -T -- .next-ID live',
      'sync -f .',
    ],
  },
  {
    name: 'switch fails when something has taken the release out of its colour',
    step: 'switch',
    commands: ['cd ~', 'rm -f -- .next-ID .before-ID'],
    fails: 'Cannot find the colour of the release ID: ~/colours has none of it\n  → deploy again',
  },
  {
    name: 'undo switch removes the link of the first release',
    step: 'switch',
    undo: true,
    host: { live: '-> colours/blue', 'colours/blue/release': '-> ../../releases/ID' },
    commands: ['cd ~', 'rm -f -- .next-ID', 'rm -f -- live'],
  },
  {
    name: 'undo switch leaves a link that leads elsewhere',
    step: 'switch',
    undo: true,
    host: { live: '-> colours/green', 'colours/blue/release': '-> ../../releases/ID' },
    commands: ['cd ~', 'rm -f -- .next-ID'],
  },
  {
    name: 'undo switch keeps the traffic where nothing of the previous release listens',
    step: 'switch',
    undo: true,
    host: {
      live: '-> colours/green',
      '.before-ID': '-> colours/blue',
      'colours/green/release': '-> ../../releases/ID',
      'colours/blue/release': '-> ../../releases/other',
      'shared/configuration/other/programs-blue': 'web shared 20 3000\njobs exclusive 20 -\n',
    },
    commands: ['cd ~', 'rm -f -- .next-ID', "ss -Hltne 'sport = :3000'"],
    fails:
      'Cannot switch back: no process of the previous release listens any more, so ID keeps the traffic\n  → deploy a commit that works, or find out why the previous one ended: its log is below /var/log/permacoop',
  },
  {
    name: 'undo switch switches back to a previous release of workers alone',
    step: 'switch',
    undo: true,
    host: {
      live: '-> colours/green',
      '.before-ID': '-> colours/blue',
      'colours/green/release': '-> ../../releases/ID',
      'colours/blue/release': '-> ../../releases/other',
      'shared/configuration/other/programs-blue': 'jobs exclusive 20 -\n',
    },
    commands: ['cd ~', 'rm -f -- .next-ID', 'mv -T -- .before-ID live'],
  },
  {
    name: 'undo switch does nothing when it was not begun',
    step: 'switch',
    undo: true,
    host: { live: '-> colours/green' },
    commands: [],
  },

  // free colour
  {
    name: 'free colour takes the previous release out of its colour',
    step: 'free colour',
    host: {
      'colours/blue/release': '-> ../../releases/other',
      'colours/green/release': '-> ../../releases/ID',
    },
    commands: ['rm -rf -- ~/colours/blue/release ~/colours/blue/bin'],
  },
];

/** Whose work on the host is real, within the application's home. */
const FILES = Object.fromEntries(['cp', 'ln', 'mkdir', 'mv', 'rm'].map((name) => [name, REAL]));
const STAND_INS = { git: '', chown: '', install: '', ss: '', sync: '' };
const FOLDERS = { 'releases/': '', 'shared/env/': '', 'colours/blue/': '', 'colours/green/': '' };

it.each(cases)('$name', (one) => {
  const folder = temporaryFolder();
  const { step: name, undo, of = {}, host } = one;
  const spec = releaseSpec({
    ...of,
    section: { migrate: 'true', ...of.section },
    application: { home: folder, ...of.application },
  });
  const step = releaseSteps(spec).find((each) => each.name === name);
  const script = undo ? step?.undo : step?.run;
  if (!script) throw new Error(`Cannot find the step ${name}`);
  const outcome = runCase(
    script,
    { ...one, host: { ...FOLDERS, ...host } },
    {
      folder,
      names: { ID: spec.release.id, COMMIT: commit },
      programs: { ...FILES, ...STAND_INS },
      variables: { FD_JOB: folder, FD_INPUT: 'INPUT' },
    },
  );
  expect(outcome).toEqual(outcomeOf(one));
});
