import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { textOf, WORKSPACE } from './blocks.mjs';

/** The files of the guide: each block behind a line that is its name. */
const files = [
  ...textOf('docs/write-a-plugin.md').matchAll(/^`([\w./-]+)`:\n\n```\w+\n([^]*?)^```$/gm),
].map(([, name = '', content = '']) => ({ name, content }));

const [nx = '', environment = ''] = ['json', 'text'].map((language) => {
  const use = textOf('docs/write-a-plugin.md').split('## Use it')[1] ?? '';
  return new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'm').exec(use)?.[1] ?? '';
});

let workspace = '';

function write(path: string, content: string): void {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), content);
}

/** Runs a command of `fairness-deploy` on the environment. */
function run(
  ...args: readonly string[]
): Promise<{ readonly status: number; readonly output: string }> {
  const program = join(WORKSPACE, 'node_modules/.bin/fairness-deploy');
  return new Promise((resolve) => {
    execFile(program, args, { cwd: workspace }, (error, stdout, stderr) => {
      const status = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      resolve({ status, output: stdout + stderr });
    });
  });
}

beforeAll(async () => {
  workspace = mkdtempSync(join(tmpdir(), 'write-a-plugin-'));
  const folder = 'packages/deploy-memcached';
  for (const { name, content } of files) write(join(folder, name), content);
  write('package.json', '{"name":"acme","version":"0.0.0"}');
  write('nx.json', nx);
  write('environments/prod/environment.yaml', environment);
  mkdirSync(join(workspace, 'node_modules/@acme'), { recursive: true });
  symlinkSync(join(workspace, folder), join(workspace, 'node_modules/@acme/deploy-memcached'));
  for (const name of ['@fairness-deploy', '@nx', '@types', 'nx', 'undici-types']) {
    symlinkSync(join(WORKSPACE, 'node_modules', name), join(workspace, 'node_modules', name));
  }
  write(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        ...{ target: 'es2022', module: 'node16', strict: true, skipLibCheck: true },
        ...{ rootDir: 'src', outDir: 'dist', types: ['node'] },
      },
      include: ['src'],
    }),
  );
  execFileSync(
    process.execPath,
    [join(WORKSPACE, 'node_modules/typescript/bin/tsc'), '-p', join(workspace, folder)],
    { stdio: 'inherit' },
  );
  expect(await run('up', 'prod')).toMatchObject({ status: 0 });
});
afterAll(async () => {
  await run('down', 'prod');
  rmSync(workspace, { recursive: true, force: true });
});

it('the plugin of the guide does on a host what the guide says', async () => {
  expect(files.map(({ name }) => name)).toEqual([
    ...['package.json', 'src/memcached-plugin.ts', 'executors.json', 'schema.json'],
    'src/nx-plugin.ts',
  ]);
  expect(await run('provision', 'prod', '--yes')).toMatchObject({ status: 0 });
  expect((await run('provision', 'prod')).output).toContain('nothing to change, 4 resources');
  const status = await run('status', 'prod');
  expect(status.output).toContain('✓ memcached: active\n');

  const refused = await run('empty-cache', 'prod');
  expect(refused.status).toBe(1);
  expect(refused.output).toContain(
    'Cannot run empty-cache on prod: it waits for approval, and there is no terminal to ask on\n  → to do it without asking: npx nx run prod:empty-cache --yes',
  );
  const emptied = await run('empty-cache', 'prod', '--yes');
  expect(emptied.output).toMatch(/✓ restart memcached .*\n"empty-cache" succeeded/);
  expect((await run('attach', 'prod')).output).toContain('The last job: empty-cache by ');
  expect((await run('logs', 'prod', '--source', 'memcached')).output).toMatch(
    /memcached │ .* (?:Stopping|Stopped) memcached/,
  );
  const events = (await run('status', 'prod', '--json')).output
    .split('\n')
    .filter((line) => line.includes('"section":"memcached"'))
    .map((line) => JSON.parse(line) as unknown);
  expect(events).toMatchObject([
    { section: 'memcached', name: 'memcached', level: 'ok', data: { state: 'active' } },
  ]);
});

it('the plugin of the guide offers what it says, and has its target', async () => {
  write(
    'environments/prod/environment.yaml',
    `${environment}server:\n  files: { /etc/cache-address: { content: '\${memcached.address}' } }\n`,
  );
  expect((await run('plan', 'prod')).output).toContain('content 127.0.0.1:11211,');
  const { createNodes } = (await import(
    join(workspace, 'packages/deploy-memcached/dist/nx-plugin.js')
  )) as { readonly createNodes: readonly [string, (...args: unknown[]) => unknown] };
  const [, infer] = createNodes;
  expect(
    JSON.stringify(infer(['environments/prod/environment.yaml'], {}, { workspaceRoot: workspace })),
  ).toContain('"executor":"@acme/deploy-memcached:empty-cache"');
});
