import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { runOnClient, type ClientCommand } from './run-on-client.js';

const KEYS = ['FAIRNESS_SECRET_TOKEN', 'FAIRNESS_VAULT_PASSWORD', 'FAIRNESS_AGE_IDENTITY'];

const run = async (command: string, changes: Partial<ClientCommand> = {}): Promise<string[]> => {
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  await runOnClient({ command, folder: '/', env: {}, seconds: 20, grace: 1, say, ...changes });
  return said;
};

describe('runOnClient()', () => {
  it('runs a command in a folder, with variables, and tells what it prints by lines', async () => {
    const said = await run('pwd; printf "%s\\n\\n" "$COMMIT"; printf é', {
      folder: '/usr',
      env: { COMMIT: "it's $HOME" },
    });
    expect(said).toEqual(['/usr', "it's $HOME", 'é']);
  });

  it('gives it no secret that it was not given, and nothing that opens the secrets', async () => {
    for (const name of KEYS) vi.stubEnv(name, 'of-the-secrets');
    try {
      expect((await run('env')).join('\n')).not.toContain('of-the-secrets');
      const given = { FAIRNESS_SECRET_TOKEN: 'given' };
      expect(await run('env', { env: given })).toContain('FAIRNESS_SECRET_TOKEN=given');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('fails at the first command that fails, with what was printed last', async () => {
    await expect(run('echo one >&2; false; echo two')).rejects.toThrow(
      /^Cannot finish the command on this machine: status 1\none$/,
    );
    await expect(run('kill -KILL $$')).rejects.toThrow('the signal SIGKILL');
    await expect(run('true', { folder: '/nonexistent' })).rejects.toThrow('ENOENT');
  });

  it('ends a command that takes too long, and what it started', async () => {
    const said: string[] = [];
    const command = `sh -c 'trap "" TERM; echo $$; while :; do sleep 0.1; done' & wait`;
    await expect(
      run(command, { seconds: 3, grace: 0.2, say: (line) => void said.push(line) }),
    ).rejects.toThrow('it was ended after 3 s');
    expect(said).toHaveLength(1);
    const stat = `/proc/${said[0] ?? ''}/stat`;
    // Where nobody reaps it, a zombie is left.
    const stateOf = (): string =>
      existsSync(stat)
        ? readFileSync(stat, 'utf8')
            .replace(/^.*\) /, '')
            .slice(0, 1)
        : 'gone';
    await expect.poll(stateOf).toMatch(/^(Z|gone)$/);
  });

  it('ends a command that nobody waits for any more', async () => {
    const controller = new AbortController();
    const running = run('sleep 30', { signal: controller.signal });
    setTimeout(() => {
      controller.abort();
    }, 50);
    await expect(running).rejects.toThrow('it was stopped, because the job has ended');
  });

  it('does not wait for what a command leaves running', async () => {
    // Longer than a test may take.
    expect(await run('echo done; sleep 40 &')).toEqual(['done']);
  });
});
