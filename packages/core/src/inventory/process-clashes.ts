import { isRecord } from '@fairness-deploy/environment-file';
import type { z } from 'zod';
import { pathKey } from './url-path.js';

/** How far from its port a process's other one is, by default. */
export const ALTERNATE = 100;

/** The most instances of a process: they have the ports from its port on. */
export const MOST_INSTANCES = 64;

/** Something that only one process can have. */
interface OwnSetting {
  readonly key: 'port' | 'alternatePort' | 'route';
  readonly value: string | number;
  /** Nobody wrote it. */
  readonly implied?: boolean;
}

interface Owner extends OwnSetting {
  readonly name: string;
}

/**
 * Refuses ports and routes that two processes have. Several instances have as many ports, one after
 * the other; how many `instances: cpus` has is known on the host only, and checked there.
 *
 * @param processes as written: other things may be wrong in them
 */
export function refuseClashes(
  processes: Readonly<Record<string, unknown>>,
  context: z.core.$RefinementCtx,
): void {
  const owners = new Map<string | number, Owner>();
  for (const [name, process] of Object.entries(processes)) {
    const refuse = ({ key, implied = false }: OwnSetting, what: string, other?: string): void => {
      context.addIssue({
        code: 'custom',
        path: [name, key],
        message: implied
          ? `it needs a second port, and ${what}`
          : `${what}, expected one of its own`,
        ...(implied && { params: { hint: 'give one that is free: alternatePort: …' } }),
        ...(other !== undefined && {
          params: { hint: `or give "${other}" another second one: alternatePort: …` },
        }),
      });
    };
    const clashed = new Set<OwnSetting['key']>();
    for (const setting of isRecord(process) ? ownSettings(process) : []) {
      const { key, value, implied = false } = setting;
      // One clash of a range says it all, and a wrong port explains the wrong second port.
      if (clashed.has(key) || (implied && clashed.has('port'))) continue;
      const owner = owners.get(value);
      if (typeof value === 'number' && value > 65_535) {
        refuse(setting, `${String(value)} is none`);
      } else if (owner === undefined) {
        owners.set(value, { ...setting, name });
        continue;
      } else if (owner.name === name) {
        refuse(setting, `it has the port ${String(value)} twice`);
      } else if (owner.implied === true && !implied) {
        refuse(
          setting,
          `${String(value)} is the second port of the process "${owner.name}"`,
          owner.name,
        );
      } else {
        const kind = key === 'route' ? 'route' : 'port';
        refuse(setting, `the process "${owner.name}" has the ${kind} ${String(value)} too`);
      }
      clashed.add(key);
    }
  }
}

function ownSettings(process: Readonly<Record<string, unknown>>): readonly OwnSetting[] {
  const { port, alternatePort, route, instances } = process;
  const count = typeof instances === 'number' ? Math.min(instances, MOST_INSTANCES) : 1;
  const range = (from: unknown, setting: Omit<OwnSetting, 'value'>): readonly OwnSetting[] =>
    typeof from === 'number'
      ? Array.from({ length: count }, (_, at) => ({ ...setting, value: from + at }))
      : [];
  return [
    ...range(port, { key: 'port' }),
    ...(typeof alternatePort === 'number'
      ? range(alternatePort, { key: 'alternatePort' })
      : range(typeof port === 'number' ? port + ALTERNATE : undefined, {
          ...{ key: 'alternatePort', implied: true },
        })),
    ...(typeof route === 'string' ? [{ key: 'route', value: pathKey(route) } as const] : []),
  ];
}
