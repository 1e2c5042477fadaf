/** A plan in a file: shown again, and applied only as it is. */
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { comparableText } from '@fairness-deploy/shell';
import { HintedError } from '@fairness-deploy/shell/text';
import { z } from 'zod';
import type { Plan } from '../engine/plan.js';
import { holderOf, describeHolder } from '../engine/lock.js';
import { hostChanges } from './plan-hosts.js';

/** One version for each form of the file. */
const VERSION = 1;

const differenceSchema = z.union([
  z
    .object({
      kind: z.literal('value'),
      field: z.string(),
      from: z.string().optional(),
      to: z.string().optional(),
    })
    // JSON leaves out what is undefined.
    .transform(({ from, to, ...rest }) => ({ ...rest, from, to })),
  z.object({ kind: z.literal('text'), field: z.string(), hunks: z.string() }),
  z.object({ kind: z.literal('hidden'), field: z.string() }),
]);

const hostSchema = z.object({
  name: z.string(),
  /** The host's last change when the plan was made. */
  mark: z.string(),
  /** Of what the changes do, secrets included: see fingerprintOf(). */
  salt: z.string(),
  fingerprint: z.string(),
  changes: z.array(
    z.object({
      address: z.templateLiteral([z.string(), ':', z.string()]),
      action: z.enum(['create', 'update', 'remove']),
      differences: z.array(differenceSchema),
    }),
  ),
  unchanged: z.int(),
  notes: z.array(z.string()),
});

const planSchema = z.object({
  version: z.literal(VERSION),
  environment: z.string(),
  /** UTC. */
  made: z.string(),
  /** Which data it removes. */
  drop: z.object({ dropData: z.boolean(), dropDatabase: z.boolean() }),
  hosts: z.array(hostSchema),
});

/** A plan as it is in a file; it holds no secret. */
export type SavedPlan = z.infer<typeof planSchema>;
export type SavedHost = SavedPlan['hosts'][number];

/**
 * A host's part of the file.
 *
 * @throws HintedError when a job ran on the host while the plan was made: the plan fits no state then.
 */
export function savedHost(name: string, plan: Plan): SavedHost {
  const { mark = '' } = plan;
  if (mark.startsWith('running')) {
    throw new HintedError(`Cannot save the plan: a job was running on ${name} while it was made`, {
      hint: 'plan again when it has ended',
    });
  }
  const salt = randomBytes(16).toString('hex');
  const { changes, unchanged, notes } = hostChanges(name, plan);
  return {
    ...{ name, mark, salt, fingerprint: fingerprintOf(plan, salt), unchanged },
    changes: changes.map((change) => ({ ...change, differences: [...change.differences] })),
    notes: [...notes],
  };
}

/**
 * What tells two plans apart, though the file is no secret: the scripts of the changes hold secrets, so guessing
 * must be as slow as for a password (RFC 7914, scrypt; N = 2^17, r = 8, as OWASP's cheat sheet of 2025 on passwords).
 */
function fingerprintOf({ changes }: Plan, salt: string): string {
  const text = JSON.stringify(
    changes.map(({ resource, change }) => [
      ...[resource.address, change.action, change.differences],
      comparableText(change.apply),
    ]),
  );
  return scryptSync(text, Buffer.from(salt, 'hex'), 32, {
    ...{ N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 },
  }).toString('hex');
}

/** Why a plan of a host is not the saved one; undefined when it is. */
export function whyStale(saved: SavedHost, plan: Plan): string | undefined {
  const { mark = '' } = plan;
  if (mark !== saved.mark) {
    const by = mark === '' ? '' : `: ${describeHolder(holderOf(mark.split('\n')))}`;
    return `a job has changed the host since${by}`;
  }
  const [one, other] = [saved.fingerprint, fingerprintOf(plan, saved.salt)].map((text) =>
    Buffer.from(text, 'hex'),
  );
  const isSame = one !== undefined && other?.length === one.length && timingSafeEqual(one, other);
  return isSame ? undefined : 'the configuration, a secret, or the host has changed since';
}

/** Writes a plan, whole or not at all. */
export function writeSavedPlan(path: string, plan: Omit<SavedPlan, 'version'>): void {
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(beside, `${JSON.stringify({ version: VERSION, ...plan }, undefined, 2)}\n`, {
      ...{ mode: 0o600, flag: 'wx' },
    });
    renameSync(beside, path);
  } catch (cause) {
    rmSync(beside, { force: true });
    throw new Error(`Cannot save the plan in ${path}: ${String(cause)}`, { cause });
  }
}

/**
 * Reads a plan.
 *
 * @throws HintedError when the file can't be read, is no plan, or is that of another environment.
 */
export function readSavedPlan(path: string, environment: string): SavedPlan {
  const refuse = (why: string, cause?: unknown): HintedError =>
    new HintedError(`Cannot use the plan in ${path}: ${why}`, {
      ...{ hint: `make one: npx nx run ${environment}:plan --out=${path}`, cause },
    });
  let plan: z.ZodSafeParseResult<SavedPlan>;
  try {
    plan = planSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw refuse(String(cause), cause);
  }
  if (!plan.success) throw refuse('it is no plan of this version');
  if (plan.data.environment !== environment) {
    throw refuse(`it is one of ${plan.data.environment}, not of ${environment}`);
  }
  return plan.data;
}
