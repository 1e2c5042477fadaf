import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runInTerminal, type TerminalOptions } from './testing/run-in-terminal.js';

/** The built package in a workspace of its own, with real git, a real terminal and Nx. */
const BOB = 'age1mjfwy2gcw987l58zdv8n7ejlczw92xffqe4gy709mrcrl46ryfwqf47vph';
const PROGRAM = 'node_modules/.bin/fairness-secrets';
let workspace = '';

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'secrets-'));
  symlinkSync(join(process.cwd(), 'node_modules'), join(workspace, 'node_modules'));
  write(
    'nx.json',
    '{ "analytics": false, "neverConnectToCloud": true, "plugins": ["@fairness-deploy/core/plugin"] }\n',
  );
  write('package.json', '{ "name": "workspace", "version": "0.0.0" }\n');
  write('.gitignore', 'node_modules\n.nx\n.ssh\neditor\n');
  write(
    'environments/prod/environment.yaml',
    'hosts: {}\nsecrets: { names: { db_password: For the database, mail_key: For mail } }\n',
  );
  write('environments/vault-password', 'correct horse\n');
  git('init', '--initial-branch=main');
  nx('g', '@fairness-deploy/secrets:init');
});
afterEach(() => {
  rmSync(workspace, { recursive: true, force: true });
});

function write(name: string, content: string): void {
  mkdirSync(dirname(join(workspace, name)), { recursive: true });
  writeFileSync(join(workspace, name), content, { mode: 0o600 });
}
const read = (name: string): string => readFileSync(join(workspace, name), 'utf8');
const file = (): string => read('environments/prod/secrets.yaml');

function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  input = '',
): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: workspace,
    env: {
      HOME: workspace,
      PATH: process.env['PATH'],
      NX_DAEMON: 'false',
      ...{ GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@example.org' },
      ...{ GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@example.org' },
      ...env,
    },
    input,
    encoding: 'utf8',
  });
  if (status === 0) return stdout;
  throw new Error(`${program} ended with status ${String(status)}: ${stdout}${stderr}`);
}
const git = (...args: readonly string[]): string => run('git', args);
const nx = (...args: readonly string[]): string => run('npx', ['nx', ...args]);
const set = (name: string, value: string): string => run(PROGRAM, ['set', 'prod', name], {}, value);
const reveal = (name: string): string => run(PROGRAM, ['show', 'prod', name, '--reveal']);

function commit(message: string): void {
  git('add', '--all');
  git('commit', '--message', message);
}

/** An editor that is a script of sh. */
function editor(script: string): NodeJS.ProcessEnv {
  write('editor', `#!/bin/sh\n${script}\n`);
  chmodSync(join(workspace, 'editor'), 0o700);
  return { EDITOR: join(workspace, 'editor'), NX_DAEMON: 'false' };
}
const inTerminal = (command: string, options: Partial<TerminalOptions> = {}) =>
  runInTerminal(command, { cwd: workspace, ...options });

/** A key of SSH, so that the new file is age's. */
function sshKey(passphrase = ''): void {
  mkdirSync(join(workspace, '.ssh'));
  rmSync(join(workspace, 'environments/vault-password'));
  const path = join(workspace, '.ssh/id_ed25519');
  run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'alice', '-f', path]);
}

/** The files of Nx that hold a text. */
function kept(text: string): readonly string[] {
  const files = readdirSync(join(workspace, '.nx'), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  expect(files.length).toBeGreaterThan(0);
  return files.filter((path) => readFileSync(path, 'latin1').includes(text));
}

const plainFiles = (): readonly string[] =>
  readdirSync('/dev/shm').filter((name) => name.startsWith('fairness-secrets-'));

describe('nx run prod:secrets', () => {
  it('opens the editor with what is to be filled in, and encrypts what came of it', async () => {
    const env = editor(
      `grep -q "^#| For mail" "$1" && sed -i "s/^db_password: ''/db_password: hunter2-x/" "$1"`,
    );
    const { status, output } = await inTerminal('npx nx run prod:secrets', { env });
    expect(output).toContain('environments/prod/secrets.yaml is written: added db_password');
    expect(output).toContain('Not all is as declared yet: npx nx run prod:secrets-check');
    expect(output).not.toContain('hunter2');
    expect(status).toBe(0);
    expect(file()).toMatch(/^\$ANSIBLE_VAULT;1.1;AES256\n/);
    expect(reveal('db_password')).toBe('db_password: hunter2-x\n'.replace(/: (.*)\n/, ": '$1'\n"));
    expect(plainFiles()).toEqual([]);
  });

  it('leaves the file alone when nothing is changed, and when the editor gives up', async () => {
    set('db_password', 'hunter2-x');
    const before = file();
    const same = await inTerminal(`${PROGRAM} edit prod`, { env: editor('touch "$1"') });
    expect(same.output).toContain('environments/prod/secrets.yaml is as it was');
    const failed = await inTerminal(`${PROGRAM} edit prod`, {
      env: editor('echo x >"$1"; exit 1'),
    });
    expect(failed.output).toContain('the editor ended with status 1; nothing is written');
    expect(failed.status).toBe(1);
    expect(file()).toBe(before);
  });

  it('opens it again after a mistake', async () => {
    set('db_password', 'hunter2-x');
    const env = editor(
      'if grep -q "Cannot use this: line . has a list" "$1"; then sed -i "s/\\[\\]/right/" "$1"; else echo "more: []" >>"$1"; fi',
    );
    const { output } = await inTerminal(`${PROGRAM} edit prod`, { env });
    expect(output).toContain('is written: added more');
    expect(reveal('more')).toBe("more: 'right'\n");
  });

  it('leaves nothing of what an editor shows in the files of Nx', async () => {
    set('db_password', 'canary-5ecret');
    const env = editor('cat "$1"; echo "more: another-5ecret" >>"$1"; cat "$1"');
    const { output } = await inTerminal('npx nx run prod:secrets', { env });
    expect(output).toContain('another-5ecret');
    expect(output).toContain('is written: added more');
    expect(kept('5ecret')).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const)(
    'leaves no plain text after %s',
    async (signal) => {
      set('db_password', 'hunter2-x');
      const env = editor('echo started; while :; do sleep 0.1; done');
      const { output } = await inTerminal(`${PROGRAM} edit prod; echo "ended $?"`, {
        env,
        when: [
          /started/,
          () => {
            const [folder = ''] = plainFiles();
            expect(readdirSync(`/dev/shm/${folder}`)).toEqual(['secrets.yaml']);
            process.kill(Number(/^fairness-secrets-(\d+)-/.exec(folder)?.[1]), signal);
          },
        ],
      });
      expect(output).toMatch(/ended 1(30|43|29|31)/);
      expect(plainFiles()).toEqual([]);
    },
  );

  it('says what to do where there is no terminal', () => {
    expect(() => run(PROGRAM, ['edit', 'prod'])).toThrow('there is no terminal');
  });
});

describe('fairness-secrets edit', () => {
  it('opens the editor again when the file cannot be written, and writes it then', async () => {
    set('db_password', 'hunter2-x');
    const env = editor(
      [
        'if [ -e environments/prod ]; then echo "more: edited" >>"$1"; mv environments/prod away; exit; fi',
        'grep -q "^#| Cannot use this: it can.t be written: there is no such file" "$1" && grep -q "^more: edited" "$1" && mv away environments/prod',
      ].join('\n'),
    );
    const { output } = await inTerminal(`${PROGRAM} edit prod`, { env });
    expect(output).toContain('is written: added more');
    expect(reveal('more')).toBe("more: 'edited'\n");
  });

  it('warns of values that YAML cuts, and shows none', async () => {
    set('kept', 'as it is');
    const env = editor(
      `printf 'a: &secret word\nb: pa ss #1\nc: #tag\nd: "x" # why\ne: x#y\n' >>"$1"`,
    );
    const { output } = await inTerminal(`${PROGRAM} edit prod`, { env });
    expect(output.match(/Warning: in the value of \w+/g)?.join()).toBe(
      ['a', 'b', 'c'].map((name) => `Warning: in the value of ${name}`).join(),
    );
    expect(output).not.toMatch(/word|pa ss/);
  });
});

describe('fairness-secrets', () => {
  it('refuses options that a command does not have', () => {
    expect(() => run(PROGRAM, ['set', 'prod', 'a', '--add=x'], {}, 'x')).toThrow(
      'Cannot run secrets-set: it has no option "--add"',
    );
    expect(() => run(PROGRAM, ['check', 'prod', '--reveal'])).toThrow('no option "--reveal"');
    expect(existsSync(join(workspace, 'environments/prod/secrets.yaml'))).toBe(false);
  });

  it('continues when its output is closed', () => {
    write('environments/prod/environment.yaml', 'secrets: { names: { a: x, b: x, c: x } }\n');
    run('sh', ['-c', `{ ${PROGRAM} check prod; echo "ended $?" >&2; } 2>said | true`]);
    expect(read('said')).toMatch(/^Cannot write the report: .*\nended 1\n$/);
  });
});

describe('nx run prod:secrets-set', () => {
  it('takes a placeholder for a secret that is deprecated, as secrets-check does', () => {
    write(
      'environments/prod/environment.yaml',
      'secrets: { names: { old: { deprecated: true }, new: x } }\n',
    );
    expect(set('old', 'none')).not.toContain('placeholder');
    expect(set('new', 'none')).toContain('new looks like a placeholder');
  });

  it('asks for the value without showing it', async () => {
    const { status, output } = await inTerminal('npx nx run prod:secrets-set db_password', {
      env: { NX_DAEMON: 'false' },
      answers: [
        [/db_password \(For the database\): /, 'wrong\u007f\u007f\u007f\u007f\u007fhunter2-é\r'],
      ],
    });
    expect(output).toContain('db_password is added');
    expect(output).not.toContain('hunter2');
    expect(status).toBe(0);
    expect(reveal('db_password')).toBe("db_password: 'hunter2-é'\n");
  });

  it('ends when Ctrl-C is pressed at the question', async () => {
    const { output } = await inTerminal(`${PROGRAM} set prod db_password; echo "ended $?"`, {
      answers: [[/db_password .*: /, 'abc\u0003']],
    });
    expect(output).toMatch(/Interrupted[^]*ended 130/);
  });

  it.each([
    ['a pasted key', '-----BEGIN\rabc\rdef\r', 'several lines'],
    ['the keys of a cursor', 'abc\u001b[Dd\r', 'a control character'],
  ])('refuses %s', async (_what, typed, message) => {
    const { status, output } = await inTerminal(`${PROGRAM} set prod db_password`, {
      answers: [[/db_password .*: /, typed]],
    });
    expect(output).toContain(`Cannot take what was typed: it has ${message}`);
    expect(status).toBe(1);
    expect(existsSync(join(workspace, 'environments/prod/secrets.yaml'))).toBe(false);
  });

  it('takes it from standard input, also under Nx, and keeps it out of its cache', () => {
    run('npx', ['nx', 'run', 'prod:secrets-set', '--name=mail_key'], {}, 'canary-5ecret\n');
    expect(reveal('mail_key')).toBe("mail_key: 'canary-5ecret'\n");
    expect(() => nx('run', 'prod:secrets-show', '--reveal')).toThrow('there is no terminal');
    expect(kept('canary-5ecret')).toEqual([]);
  });

  it('asks for the passphrase of a key on the terminal while the value is piped in', async () => {
    sshKey('open sesame');
    set('db_password', 'hunter2-x');
    const { output } = await inTerminal(`printf piped-in | ${PROGRAM} set prod db_password`, {
      answers: [[/Passphrase of .*id_ed25519: /, 'open sesame\r']],
    });
    expect(output).toContain('db_password is changed');
    expect(output).not.toMatch(/sesame|piped-in\b(?!.*\|)/);
    expect(
      run(PROGRAM, ['show', 'prod', '--reveal'], { FAIRNESS_AGE_PASSPHRASE: 'open sesame' }),
    ).toBe("db_password: 'piped-in'\n");
  });
});

describe('nx run prod:secrets-show --reveal', () => {
  it('shows values on the terminal, and Nx keeps none', async () => {
    set('db_password', 'canary-5ecret');
    const { output } = await inTerminal('npx nx run prod:secrets-show --reveal', {
      env: { NX_DAEMON: 'false' },
    });
    expect(output).toContain("db_password: 'canary-5ecret'");
    expect(kept('canary-5ecret')).toEqual([]);
  });
});

describe('git', () => {
  /** Two branches, `main` and `other`, that have changed the same secret. */
  function changeOnBothSides(): void {
    set('db_password', 'one');
    commit('one');
    git('checkout', '-b', 'other');
    set('db_password', 'theirs');
    commit('other');
    git('checkout', 'main');
    set('db_password', 'ours');
    commit('main');
  }

  it('ignores the keys and knows the files after the generator, run twice', () => {
    expect(read('.gitignore')).toContain('vault-password\nage-identity\n');
    const before = [
      read('.gitignore'),
      read('.gitattributes'),
      read('nx.json'),
      git('config', '-l'),
    ];
    nx('g', '@fairness-deploy/secrets:init');
    const after = [
      read('.gitignore'),
      read('.gitattributes'),
      read('nx.json'),
      git('config', '-l'),
    ];
    expect(after).toEqual(before);
  });

  it.each(['ansible-vault', 'age'])(
    'shows names in a diff, and values when asked to: %s',
    (format) => {
      if (format === 'age') sshKey();
      set('db_password', 'one-secret');
      set('mail_key', 'two-secret');
      commit('one');
      set('mail_key', 'three-secret');
      const diff = git('diff');
      expect(diff).toMatch(/^-mail_key: \*\*\* \(.*\)\n\+mail_key: \*\*\* \(/m);
      expect(diff).not.toMatch(/^[-+]db_password/m);
      expect(diff).not.toContain('secret\n');
      expect(diff).not.toContain('-secret');
      const shown = run('git', ['diff'], { FAIRNESS_SECRETS_REVEAL: '1' });
      expect(shown).toContain("-mail_key: 'two-secret'\n+mail_key: 'three-secret'");
    },
  );

  it.each(['ansible-vault', 'age'])(
    'merges branches that changed different secrets: %s',
    (format) => {
      if (format === 'age') sshKey();
      set('db_password', 'one');
      set('mail_key', 'two');
      commit('one');
      git('checkout', '-b', 'other');
      set('db_password', 'from the other');
      set('more', 'also');
      commit('other');
      git('checkout', 'main');
      set('mail_key', 'from main');
      commit('main');
      git('merge', 'other');
      expect(run(PROGRAM, ['show', 'prod', '--reveal'])).toBe(
        "db_password: 'from the other'\nmail_key: 'from main'\nmore: 'also'\n",
      );
      expect(git('status', '--short')).toBe('');
    },
  );

  it('has a conflict where a branch adds a recipient, names him, and asks on a terminal', async () => {
    sshKey();
    set('db_password', 'one');
    commit('one');
    git('checkout', '-b', 'other');
    run(PROGRAM, ['rekey', 'prod', '--add', `${BOB} bob`]);
    commit('other');
    expect(git('diff', 'main')).toMatch(
      /^-data key \*\*\* \(\w+\)\n\+data key \*\*\* \(\w+\)\n recipient alice .*\n(?:-.*\n)*\+recipient bob \(/m,
    );
    git('checkout', 'main');
    set('mail_key', 'from main');
    commit('main');
    expect(() => git('merge', 'other')).toThrow(
      /adds the recipient bob \(age1[^]*has a new data key[^]*git checkout --merge/,
    );
    expect(file()).toMatch(/^<<<<<<< ours/);
    const { output } = await inTerminal('git checkout --merge -- environments/prod/secrets.yaml', {
      answers: [[/Accept these changes\? \[y\/N\] /, 'y\r']],
    });
    expect(output).toContain('adds the recipient bob');
    expect(run(PROGRAM, ['show', 'prod'])).toMatch(/db_password[^]*mail_key[^]*, bob\)/);
  });

  it('merges a branch with a new password when it is given the old one, too', () => {
    set('db_password', 'one');
    commit('one');
    git('checkout', '-b', 'other');
    set('mail_key', 'with the old password');
    commit('other');
    git('checkout', 'main');
    run(PROGRAM, ['rekey', 'prod'], { FAIRNESS_VAULT_NEW_PASSWORD: 'battery' });
    write('environments/vault-password', 'battery\n');
    commit('main');
    expect(() => git('merge', 'other')).toThrow(/FAIRNESS_VAULT_OLD_PASSWORD=… git checkout/);
    const old = { FAIRNESS_VAULT_OLD_PASSWORD: 'correct horse' };
    run('git', ['checkout', '--merge', '--', 'environments/prod/secrets.yaml'], old);
    expect(run(PROGRAM, ['show', 'prod', '--reveal'])).toBe(
      "db_password: 'one'\nmail_key: 'with the old password'\n",
    );
  });

  it.each([
    ['diff', ['diff', 'main', '--', 'environments'], 'evil'],
    ['log', ['log', '--patch', '--', 'environments'], 'evil'],
    ['merge', ['merge', 'evil'], 'main'],
    // Unlike the usual one, it writes the work tree before it merges files.
    ['merge by recursive', ['merge', '--strategy=recursive', 'evil'], 'main'],
  ])('runs no program of a branch: %s', (_what, words, branch) => {
    const program = join(process.cwd(), PROGRAM);
    const change = (name: string): string => run(program, ['set', 'prod', name], {}, `${name}-x`);
    change('db_password');
    commit('one');
    git('checkout', '-b', 'evil');
    change('mail_key');
    rmSync(join(workspace, 'node_modules'));
    const programs = ['fairness-secrets', 'node', 'cat', 'mv', 'git', 'sh'];
    for (const name of [...programs.map((each) => `.bin/${each}`), 'fairness-secrets/bin.js']) {
      write(join('node_modules', name), `#!/bin/sh\ntouch ${workspace}/ran\n`);
      chmodSync(join(workspace, 'node_modules', name), 0o700);
    }
    git('add', '--force', 'node_modules');
    commit('evil');
    git('checkout', 'main');
    change('other');
    commit('main');
    git('checkout', branch);
    // As npm has it for the scripts of package.json.
    const own = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const PATH = `${workspace}/node_modules/.bin:${process.env['PATH'] ?? ''}`;
    const underNpm = (...args: readonly string[]): string => run(own, args, { PATH });
    expect(underNpm('diff', 'main~', 'evil', '--', 'environments')).toContain('+mail_key: *** (');
    underNpm(...words);
    expect(existsSync(join(workspace, 'ran'))).toBe(false);
    if (branch === 'main') {
      expect(run(program, ['show', 'prod'])).toMatch(/db_password[^]*other[^]*mail_key/);
    }
  });

  /** A folder that git takes for a bare repository, with a configuration of the branch's. */
  function plantRepository(folder: string, config: string): void {
    write(join(folder, 'HEAD'), 'ref: refs/heads/main\n');
    write(join(folder, 'objects/.keep'), '');
    write(join(folder, 'refs/.keep'), '');
    write(join(folder, 'config'), config);
  }

  it.each([
    ['diff', ['diff', 'main', '--', 'environments']],
    ['log', ['log', '--patch', '--', 'environments']],
  ])('takes no folder of a branch for a repository: %s', (_what, words) => {
    set('db_password', 'one');
    commit('one');
    git('checkout', '-b', 'evil');
    const monitor = `touch '${workspace}/ran'; false`;
    plantRepository(
      'environments',
      `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ..\n\tfsmonitor = "${monitor}"\n`,
    );
    set('mail_key', 'two');
    expect(existsSync(join(workspace, 'ran'))).toBe(false);
    commit('evil');
    run('sh', ['-c', 'cd environments && git check-ignore --quiet vault-password || :']);
    expect(existsSync(join(workspace, 'ran'))).toBe(true);
    rmSync(join(workspace, 'ran'));

    expect(git(...words)).toContain('+mail_key: *** (');
    expect(run(PROGRAM, ['show', 'prod'])).toContain('mail_key');
    expect(existsSync(join(workspace, 'ran'))).toBe(false);
  });

  it('asks the configuration of its own clone alone which command it may run', () => {
    set('db_password', 'one');
    const command = JSON.stringify(['sh', '-c', `touch '${workspace}/ran'; echo x`]);
    plantRepository('evil', `[fairness-secrets]\n\trunCommand = ${JSON.stringify(command)}\n`);
    write(
      'evil/environments/prod/environment.yaml',
      `hosts: {}\nsecrets:\n  names: { db_password: x }\n  password: { command: ${command} }\n`,
    );
    const allowed = 'git config --get-all fairness-secrets.runCommand';
    expect(run('sh', ['-c', `cd evil && ${allowed}`])).toBe(`${command}\n`);
    for (const version of ['base', 'ours', 'theirs']) write(version, file());
    const driver = join(workspace, '.git/fairness-secrets/driver.cjs');
    const path = 'evil/environments/prod/secrets.yaml';
    expect(() => run(process.execPath, [driver, 'merge', 'base', 'ours', 'theirs', path])).toThrow(
      /git does not run secrets\.password\.command/,
    );
    expect(existsSync(join(workspace, 'ran'))).toBe(false);
  });

  it('shows a file as it is, and has a conflict with both sides, where its driver is gone', () => {
    changeOnBothSides();
    rmSync(join(workspace, '.git/fairness-secrets'), { recursive: true });
    expect(git('diff', 'other')).toContain('$ANSIBLE_VAULT');
    expect(() => git('merge', 'other')).toThrow(/has no driver.*\n.*secrets:init/);
    expect(file()).toMatch(/^<<<<<<< ours\n\$ANSIBLE_VAULT[^]*=======\n\$ANSIBLE_VAULT/);
  });

  it('says what to do when its node is gone, and takes no other', () => {
    changeOnBothSides();
    for (const key of ['diff.fairness-secrets.textconv', 'merge.fairness-secrets.driver']) {
      const command = git('config', key).trimEnd();
      expect(command).toContain(`n=${process.execPath};`);
      git('config', key, command.replace(process.execPath, '/opt/node-18/bin/node'));
    }
    expect(() => git('diff', 'other')).toThrow(/Node\.js of this clone is gone\n.*secrets:init/);
    expect(() => git('merge', 'other')).toThrow(/Node\.js of this clone is gone\n.*secrets:init/);
    expect(file()).toMatch(/^<<<<<<< ours\n\$ANSIBLE_VAULT[^]*=======\n\$ANSIBLE_VAULT/);
    nx('g', '@fairness-deploy/secrets:init');
    expect(git('diff', 'other', 'main')).toContain('+db_password: *** (');
  });

  it('runs no program that a file names which is checked out, unless git is told to', () => {
    write('print', `#!/bin/sh\ntouch ${workspace}/ran\necho correct horse\n`);
    chmodSync(join(workspace, 'print'), 0o700);
    write('.gitignore', `${read('.gitignore')}ran\nprint\n`);
    const commandIs = (command: string): void => {
      const text = `secrets: { password: { command: ${command} } }\n`;
      write('environments/prod/environment.yaml', text);
    };
    commandIs(join(workspace, 'print'));
    set('db_password', 'one');
    commit('one');
    set('db_password', 'another');
    rmSync(join(workspace, 'environments/vault-password'));
    expect(git('diff')).toContain('$ANSIBLE_VAULT');
    expect(existsSync(join(workspace, 'ran'))).toBe(false);
    git('config', 'fairness-secrets.runCommand', join(workspace, 'print'));
    // Another one than was allowed.
    commandIs(`[sh, -c, "touch ${workspace}/ran; echo correct horse"]`);
    expect(git('diff')).toContain('$ANSIBLE_VAULT');
    // What a branch could contain.
    git('config', '--add', 'fairness-secrets.runCommand', './print');
    commandIs('./print');
    expect(git('diff')).toContain('$ANSIBLE_VAULT');
    expect(existsSync(join(workspace, 'ran'))).toBe(false);
    commandIs(join(workspace, 'print'));
    expect(git('diff')).toContain('+db_password: *** (');
    expect(existsSync(join(workspace, 'ran'))).toBe(true);
  });

  it('shows a real conflict decrypted in the editor, and has a conflict where there is no terminal', async () => {
    set('db_password', 'base');
    commit('one');
    git('checkout', '-b', 'other');
    set('db_password', 'theirs');
    commit('other');
    git('checkout', 'main');
    set('db_password', 'ours');
    commit('main');
    expect(() => git('merge', 'other')).toThrow(/both sides changed db_password/);
    expect(git('status', '--short')).toBe('UU environments/prod/secrets.yaml\n');
    // Neither of them is to be taken for the result.
    expect(file()).toMatch(/^<<<<<<< ours\n\$ANSIBLE_VAULT[^]*=======\n\$ANSIBLE_VAULT/);
    for (const command of [() => set('mail_key', 'x'), () => run(PROGRAM, ['check', 'prod'])]) {
      expect(command).toThrow(/it holds the marks of a merge conflict\n.*git checkout --merge --/);
    }
    const env = editor(`grep -q "^<<<<<<< ours" "$1" && sed -i '/^[<>=]/d; /ours/d' "$1"`);
    const { output } = await inTerminal('git checkout --merge -- environments/prod/secrets.yaml', {
      env,
    });
    expect(output).not.toContain('conflict');
    expect(reveal('db_password')).toBe("db_password: 'theirs'\n");
    commit('merged');
    expect(git('log', '-1', '--format=%p').trim().split(' ')).toHaveLength(2);
  });

  it('shows and leaves what it cannot open', () => {
    set('db_password', 'one');
    commit('one');
    write('environments/vault-password', 'another\n');
    write('environments/prod/secrets.yaml', file().replace(/.\n$/, '\n'));
    expect(git('diff')).toContain('$ANSIBLE_VAULT');
  });
});
