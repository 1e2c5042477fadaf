import { failureOf, printedError, type Failure } from '@fairness-deploy/shell/text';
import { type Connection, lines, type Login } from '@fairness-deploy/shell';
import { printKeyFiles } from '../resource-parts/protect-login.js';
import { collect } from './collect.js';
import { framed, framedRead, SYSTEM_RECORD } from './framed.js';
import { MARK } from './last-change.js';
import { readScript, recordOf } from './read-script.js';
import type { RecordCollector } from './record-collector.js';
import { loginRefusal, loginTrial } from './login-trial.js';
import type { Change, Resource } from '../resource/resource.js';
import { parseSystem, PRINT_SYSTEM, type HostSystem } from '../system/host-system.js';

export interface PlannedChange {
  readonly resource: Resource;
  readonly change: Change;
}

/** Why a resource can't be read, or must not be changed like that, and what to do. */
export interface Unreadable {
  readonly resource: Resource;
  readonly reason: string;
  readonly hint?: string;
}

/** The changes for one host. */
export interface Plan {
  /** All of the host's resources, in the order in which they are applied. */
  readonly resources: readonly Resource[];
  readonly changes: readonly PlannedChange[];
  /**
   * Resources that can't be read, or must not be changed like that, and why: while there are any,
   * nothing may be applied.
   */
  readonly unreadable: readonly Unreadable[];
  /** Why the plan as a whole must not be applied. */
  readonly refusal?: Failure;
  /** What people should know besides. */
  readonly notes: readonly string[];
  /** Resources that the host's state reveals, and that were not read with the others. */
  readonly revealed: readonly Resource[];
  /** What the host runs; a plan for an unsupported system must not be applied: see requireSupported. */
  readonly system?: HostSystem;
  /** The host's last change before the plan was made: the plan fits no other state. */
  readonly mark?: string;
}

/** The record of the last change, beside those of the resources. */
const LAST_CHANGE_RECORD = 'last-change';

/** The record of the files with the login's public keys, beside those of the resources. */
const KEY_FILES = 'keyfiles';

/** The record of the login's rights before and after the plan, beside those of the resources. */
const LOGIN_TRIAL = 'login-trial';

/**
 * Reads a host's state and plans its changes, in one round trip; in two when that reveals further resources,
 * such as removals.
 *
 * @param resources in the order in which they are applied, as order() puts them.
 */
export async function planHost(
  connection: Connection,
  resources: readonly Resource[],
): Promise<Plan> {
  const plan = await planOnce(connection, resources);
  if (plan.revealed.length === 0) return plan;
  const { notes } = plan;
  return { ...(await planOnce(connection, withRevealed(plan))), notes, revealed: [] };
}

/** Removals come after everything else: a file that can't be changed may still need what is to be removed. */
function withRevealed({ resources, revealed }: Plan): readonly Resource[] {
  const all = [...resources];
  for (const resource of revealed) {
    all.push({ ...resource, after: all.map(({ address }) => address), follows: [] });
  }
  return all;
}

async function planOnce(connection: Connection, resources: readonly Resource[]): Promise<Plan> {
  const { login } = connection;
  const trial = loginTrial(resources, login);
  const records = await collect(connection, (nonce) =>
    lines(
      framed(nonce, LAST_CHANGE_RECORD, MARK),
      framed(nonce, SYSTEM_RECORD, PRINT_SYSTEM),
      ...(login.publicKey === undefined
        ? []
        : [framedRead(nonce, KEY_FILES, printKeyFiles(login.user))]),
      readScript(nonce, resources),
      ...(trial ? [framed(nonce, LOGIN_TRIAL, trial)] : []),
    ),
  );
  const mark = records.get(LAST_CHANGE_RECORD)?.output.trimEnd() ?? '';
  const keyFiles = records.get(KEY_FILES)?.output.split('\n') ?? [];
  const system = parseSystem(records.get(SYSTEM_RECORD)?.output ?? '');
  const plan = { ...planFrom(records, resources, { ...login, keyFiles }), mark, system };
  const loadsSshd = plan.changes.some(
    ({ resource, change }) => change.onTrial && resource.tryLogin?.(login) !== undefined,
  );
  const refusal = loginRefusal(records.get(LOGIN_TRIAL)?.output ?? '', login, loadsSshd);
  return refusal === undefined || plan.changes.length === 0 ? plan : { ...plan, refusal };
}

/**
 * Compares the read script's output with the resources.
 *
 * @param login a change that takes it away is refused; for a plan that may be applied
 */
export function planFrom(
  records: RecordCollector,
  resources: readonly Resource[],
  login?: Login,
): Plan {
  const changes: PlannedChange[] = [];
  const unreadable: Unreadable[] = [];
  const revealed: Resource[] = [];
  const notes: string[] = [];
  resources.forEach((resource, at) => {
    const outcome = compare(resource, records, recordOf(at), login);
    if (outcome && 'reason' in outcome) {
      unreadable.push({ resource, ...outcome });
      return;
    }
    if (outcome) changes.push({ resource, change: outcome });
    const output = records.get(recordOf(at))?.output ?? '';
    notes.push(...(resource.notes?.(output) ?? []));
    try {
      revealed.push(...(resource.reveals?.(output) ?? []));
    } catch (error) {
      unreadable.push({ resource, ...reasonOf(error) });
    }
  });
  return { resources, changes, unreadable, revealed, notes };
}

/** @returns the change, undefined when there is none, or why it can't be read. */
function compare(
  resource: Resource,
  records: RecordCollector,
  name: string,
  login: Login | undefined,
): PlannedChange['change'] | Omit<Unreadable, 'resource'> | undefined {
  const record = records.get(name);
  if (record?.status === undefined) return { reason: 'the read script ended before it' };
  if (record.status !== 0) {
    const error = records.get(`${name}!`)?.output.trim() ?? '';
    const { message: reason, ...hint } = failureOf(
      printedError(
        `its read script ended with status ${String(record.status)}${error && `: ${error}`}`,
      ),
    );
    return { reason, ...hint };
  }
  if (record.truncated) return { reason: 'its read script printed more than can be taken in' };
  try {
    return resource.plan(record.output, login);
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): Omit<Unreadable, 'resource'> {
  const { message: reason, ...hint } = failureOf(error);
  return { reason, ...hint };
}
