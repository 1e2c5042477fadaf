import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

/** `npm run test:acceptance`, with the real command line. */
async function run(...words: readonly string[]): Promise<{ status: unknown; output: string }> {
  const child = spawn(process.execPath, ['dist/acceptance/acceptance.mjs', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'exit') as Promise<readonly unknown[]>;
  const [ended, output, errors] = await Promise.all([exit, text(child.stdout), text(child.stderr)]);
  return { status: ended[0], output: output + errors };
}

describe('npm run test:acceptance', () => {
  it('says that it is skipped without a clone', async () => {
    const { status, output } = await run();
    expect(output).toMatch(/^Skipped: the acceptance test needs a clone of a real application/);
    expect(status).toBe(0);
  });

  it('refuses a clone that is not there, and an unknown application', async () => {
    const clone = await run('--permacoop', '/nowhere');
    expect(clone.output).toContain('Cannot test permacoop: there is no /nowhere');
    const application = await run('--application', 'shop', '--path', '/');
    expect(application.output).toContain('Cannot test "shop": there is no such application');
    expect([clone.status, application.status]).toEqual([1, 1]);
  });

  // The quick ones: the others install a framework and build with it, which takes minutes.
  it.each(['django', 'express-worker'])('deploys the recipe %s', async (recipe) => {
    const { status, output } = await run('--recipe', recipe);
    expect(output).toContain(`recipe-${recipe}: all as it should be`);
    expect(status).toBe(0);
  });
});
