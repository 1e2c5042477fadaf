import { checkShell } from '@fairness-deploy/shell/testing';
import { notice } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { PHASES } from '../order/phases.js';
import { type ReleaseStep } from '../order/release-step.js';
import { lockedSecretStore } from '@fairness-deploy/secrets';
import { describe, expect, it } from 'vitest';
import { buildDigest } from '../plan/digests.js';
import { layoutOf } from '../application/layout.js';
import { releaseIn } from '../application/release.js';
import { releaseSchema } from './section.js';
import { hookSteps } from '../steps/hooks.js';
import { rollbackSteps } from '../steps/release-steps.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';
import { application } from '../testing/application.js';
import { deploymentOf } from '../testing/entry.js';

const hooksOf = (...hooks: readonly object[]) => releaseSchema.parse({ hooks }).hooks;

const layout = layoutOf(application);
const specOf = (hooks: readonly object[], changes: Partial<ReleaseSpec> = {}): ReleaseSpec => ({
  application,
  environment: { name: 'prod', workspace: process.cwd() },
  hosts: [],
  section: releaseSchema.parse({ hooks }),
  layout,
  release: releaseIn(layout, {
    id: '20261123-101502-3f2a1bc',
    commit: '3f2a1bc'.padEnd(40, '0'),
    directory: undefined,
    programs: [],
  }),
  transfer: { from: 'host' },
  about: deploymentOf(),
  configuration: {},
  ...changes,
});

const names = (steps: readonly ReleaseStep[]) => steps.map(({ name }) => name);

describe('hooks', () => {
  it('have defaults for all but what they are', () => {
    expect(hooksOf({ before: 'migrate', run: 'npm run check-database' })).toEqual([
      {
        phase: 'migrate',
        when: 'before',
        run: 'npm run check-database',
        on: 'server',
        optional: false,
        timeout: 300,
        env: {},
      },
    ]);
  });

  it.each([
    [{ run: 'true' }, 'expected one of before and after'],
    [{ before: 'build', after: 'build', run: 'true' }, 'expected one of before and after'],
    [{ before: 'deploy', run: 'true' }, 'expected a phase: fetch, install, build'],
    [{ before: 'fetch', run: 'true' }, 'there is no release on the server'],
    [{ after: 'build', run: ' ' }, 'expected a shell command'],
    [{ after: 'build' }, 'expected a shell command'],
    [{ after: 'build', run: 'true', on: 'laptop' }, 'expected server or client'],
    [{ after: 'build', run: 'true', timeout: 0 }, 'greater than 0'],
    [{ after: 'build', run: 'true', env: { COMMIT: 'x' } }, 'each release sets it'],
    [{ after: 'build', run: 'true', when: 'before' }, 'when'],
  ])('are refused: %j', (hook, message) => {
    expect(() => hooksOf(hook)).toThrow(message);
  });

  it("stand at their places, in the file's order", () => {
    const steps = hookSteps(
      specOf([
        { before: 'fetch', run: './announce.sh', on: 'client' },
        { after: 'activate', run: 'one\n  two' },
        { after: 'activate', run: './purge-cdn.sh', on: 'client' },
      ]),
    );
    expect(steps).toMatchObject([
      {
        phase: 'fetch',
        place: 'first',
        name: 'before fetch: ./announce.sh',
        onClientFor: 'first-host',
      },
      { phase: 'activate', place: 'last', name: 'after activate: one two' },
      {
        phase: 'activate',
        place: 'last',
        name: 'after activate: ./purge-cdn.sh',
        onClientFor: 'last-host',
      },
    ]);
    expect(steps[1]).not.toHaveProperty('onClient');
  });

  it('run with the phases that a deployment has', () => {
    const all = PHASES.flatMap((phase) => [
      { after: phase, run: 's' },
      { after: phase, run: 'c', on: 'client' },
    ]);
    const { about } = specOf([]);
    expect(hookSteps(specOf(all))).toHaveLength(2 * PHASES.length);
    expect(
      names(hookSteps(specOf(all, { builtAs: '20261123-101501-3f2a1bc' }))).slice(0, 3),
    ).toEqual(['after fetch: c', 'after migrate: s', 'after migrate: c']);
    expect(names(hookSteps(specOf(all, { about: { ...about, action: 'rollback' } })))[0]).toBe(
      'after start: s',
    );
  });

  it('are scripts without fault, that show no secret', async () => {
    const env = { TOKEN: Text.of(new Secret('hook', 'h00k')), QUOTE: "it's" };
    const steps = hookSteps(
      specOf([
        { after: 'build', run: "echo '$(id)'", env },
        { before: 'drain', run: 'a\nb', env, optional: true },
      ]),
    );
    for (const { run } of steps) {
      await checkShell(run);
      expect(String(run)).not.toContain('h00k');
      expect(run.reveal()).toContain('h00k');
    }
  });

  it('on the client are given what they may know', async () => {
    const said: string[] = [];
    const run = 'echo "$ENVIRONMENT $HOSTS $ACTION $COMMIT $RELEASE $TOKEN"; exit 3';
    const hosts = ['one', 'two'];
    const env = { TOKEN: Text.of(new Secret('hook', 'h00k')) };
    const hooks = [{ after: 'stop', run, on: 'client', env }];
    const [strict] = hookSteps(specOf(hooks, { hosts }));
    const { signal } = new AbortController();
    await expect(strict?.onClient?.((line) => said.push(line), signal)).rejects.toThrow(
      /status 3\nprod/,
    );
    const { commit, id } = specOf([]).release;
    expect(said).toEqual([`prod one two deploy ${commit} ${id} h00k`]);

    const lenient = hooks.map((hook) => ({ ...hook, optional: true }));
    const [step] = hookSteps(specOf(lenient, { hosts }));
    await step?.onClient?.((line) => said.push(line), signal);
    expect(said.at(-1)).toBe(
      notice(
        'Warning: the optional hook failed: Cannot finish the command on this machine: status 3',
      ),
    );
  });

  describe('with secrets that cannot be had', () => {
    const locked = Text.of(lockedSecretStore(new Error('no password\n  → hint')).get('any'));
    const without = { ...application, env: {} };
    const withAny = { ...application, env: { DATABASE_URL: locked } };
    const own = { env: { TOKEN: locked } };
    const rollback = (of: ReleaseSpec['application'], hook?: object) =>
      rollbackSteps(
        specOf(hook ? [{ after: 'activate', run: 'purge', ...hook }] : [], {
          application: of,
          about: deploymentOf({ action: 'rollback' }),
        }),
      );
    const reveal = (steps: readonly ReleaseStep[]) => steps.map(({ run }) => run.reveal());

    it('let a rollback be that needs none', () => {
      expect(reveal(rollback(withAny)).join()).not.toContain('DATABASE_URL');
      expect(reveal(rollback(without, {})).join()).toContain('purge');
      expect(reveal(rollback(withAny, { on: 'client' }))).toContain(':');
      // A rollback makes nothing.
      expect(reveal(rollback(withAny, { after: 'build', ...own })).join()).not.toContain('purge');
    });

    it.each([
      ['server', without, own],
      ['server', withAny, {}],
      ['client', without, own],
    ])('refuse a rollback before it begins: on the %s', (on, of, hook) => {
      expect(() => rollback(of, { on, ...hook })).toThrow(
        'Cannot run the hook "after activate: purge": no password\n  → hint',
      );
    });

    it('are a warning where they are optional', async () => {
      const optional = { optional: true, ...own };
      const script = reveal(rollback(withAny, optional)).join('\n');
      expect(script).toContain('Warning: the optional hook failed: no password');
      expect(script).not.toContain('purge');

      const said: string[] = [];
      const step = rollback(withAny, { on: 'client', ...optional }).find(
        ({ onClientFor }) => onClientFor,
      );
      await step?.onClient?.((line) => said.push(line), new AbortController().signal);
      expect(said).toEqual([notice('Warning: the optional hook failed: no password')]);
    });
  });

  it('are part of what is built, as far as they run until then on the server', () => {
    const digest = (...hooks: readonly object[]) =>
      buildDigest({ application, section: releaseSchema.parse({ hooks }), files: [] }).reveal();
    expect(digest({ after: 'build', run: 'x' })).not.toBe(digest());
    expect(digest({ after: 'build', run: 'x', on: 'client' })).toBe(digest());
    expect(digest({ after: 'start', run: 'x' })).toBe(digest());
  });
});
