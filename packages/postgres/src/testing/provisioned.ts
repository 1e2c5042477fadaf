/** For tests: the resources of a section, on a host of the sandbox. */
import {
  applyResources,
  exampleApplication,
  exampleContext,
  exampleEnvironment,
  exampleHost,
} from '@fairness-deploy/core/testing';
import type { PluginContext } from '@fairness-deploy/core';
import { planHost, type Plan } from '@fairness-deploy/core/engine';
import type { Connection } from '@fairness-deploy/shell';
import { Secret } from '@fairness-deploy/shell/secret';
import { plugin } from '../postgres-plugin.js';
import { sectionSchema, type Section } from '../section/section.js';

/** What a test writes, beside `mode: local`. */
export type TestSection = Readonly<Record<string, unknown>>;

/** The context of a section, as `environment.yaml` would give it. Its password is the secret db_password. */
export function contextFor(
  section: TestSection,
  { password = 'secret', folder = '/', application = 'shop', environment = 'test' } = {},
): PluginContext<Section> {
  const context = exampleContext(
    sectionSchema.parse({ mode: 'local', ...section }),
    exampleEnvironment({
      ...{ name: environment, folder, hosts: [exampleHost] },
      application: exampleApplication({ name: application, processes: [] }),
    }),
  );
  return { ...context, secret: (name) => new Secret(name, password) };
}

/** Plans what differs, in one trip. */
export function plan(connection: Connection, context: PluginContext<Section>): Promise<Plan> {
  return planHost(connection, plugin.resources?.(context) ?? []);
}

/** The differences of a plan, as people read them: `postgres-role:shop password another one → as declared`. */
export function described({ changes, unreadable }: Plan): readonly string[] {
  return [
    ...unreadable.map(
      ({ resource, reason, hint }) => `${resource.address}: ${reason} → ${hint ?? ''}`,
    ),
    ...changes.flatMap(({ resource: { address }, change: { differences } }) =>
      differences.map((difference) =>
        difference.kind === 'value'
          ? `${address} ${difference.field} ${difference.from ?? ''} → ${difference.to ?? ''}`
          : `${address} ${difference.field}`,
      ),
    ),
  ];
}

/**
 * Applies what differs.
 *
 * @throws Error that says what failed, or still differs.
 */
export async function provision(
  connection: Connection,
  context: PluginContext<Section>,
): Promise<readonly string[]> {
  const before = await plan(connection, context);
  if (before.unreadable.length > 0) throw new Error(described(before).join('\n'));
  const ends = await applyResources(connection, before.resources);
  const failed = Object.entries(ends).filter(([, end]) => end !== 'done');
  if (failed.length > 0) throw new Error(failed.map((one) => one.join(': ')).join('\n'));
  const left = described(await plan(connection, context));
  if (left.length > 0) throw new Error(`something still differs: ${left.join('\n')}`);
  return described(before);
}
