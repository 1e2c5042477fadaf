import assert from 'node:assert/strict';
import type { Action, Change, Resource } from '../resource/resource.js';
import { sh, type Script } from '@fairness-deploy/shell';

/** The output of a script on a host, and its exit status. */
export interface HostAnswer {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A type of resource, to be tried on a real host that has none of the resource yet. */
export interface ResourceContract {
  /** Runs a script as root on the host, such as a Connection's `run`. */
  readonly run: (script: Script) => Promise<HostAnswer>;
  readonly resource: Resource;
  /** Changes it on the host, so that it must be fixed. */
  readonly drift?: Script;
  /** The resource of the same address from another spec. */
  readonly changed?: Resource;
  /** The resource with `ensure: 'absent'`. */
  readonly absent?: Resource;
}

/**
 * Takes a resource through its life on a real host: absent → create → no change → drift →
 * put right → no change → another spec → remove → absent; after each step it is read
 * again. Each apply script is run once more on what it has made, and must change nothing.
 *
 * @throws AssertionError that names the step and what was wrong.
 */
export async function checkResourceContract(contract: ResourceContract): Promise<void> {
  const { run, resource, drift, changed, absent } = contract;
  await expectNoChange(run, absent, 'before it was made, absence');
  await converge(run, resource, 'when absent', 'create');
  if (drift) {
    const spoilt = await answer(run, drift);
    assert.equal(
      spoilt.status,
      0,
      `the script that spoils ${resource.address} failed: ${spoilt.stderr}`,
    );
    await converge(run, resource, 'when spoilt');
  }
  if (changed) {
    assert.equal(changed.address, resource.address, 'the changed resource has another address');
    await converge(run, changed, 'with another spec', 'update');
    await converge(run, resource, 'with the first spec again', 'update');
  }
  if (absent) {
    await converge(run, absent, 'when it should be absent', 'remove');
    const again = await plan(run, resource);
    assert.equal(
      again?.action,
      'create',
      `${resource.address}, removed, isn't planned to be created`,
    );
  }
}

type Run = ResourceContract['run'];

async function converge(
  run: Run,
  resource: Resource,
  when: string,
  action?: Action,
): Promise<void> {
  const change = await plan(run, resource);
  assert.ok(change, `${resource.address}, ${when}: no change is planned`);
  if (action) assert.equal(change.action, action, `${resource.address}, ${when}: the action`);
  assert.notEqual(change.differences.length, 0, `${resource.address}, ${when}: nothing differs`);
  for (const time of ['once', 'twice']) {
    const { status, stdout, stderr } = await answer(run, change.apply);
    const printed = `${stdout.toString()}${stderr}`;
    assert.equal(status, 0, `${resource.address}, ${when}, applied ${time}, failed: ${printed}`);
    await expectNoChange(run, resource, `${when}, applied ${time}`);
  }
}

async function expectNoChange(
  run: Run,
  resource: Resource | undefined,
  when: string,
): Promise<void> {
  if (!resource) return;
  const change = await plan(run, resource);
  assert.equal(
    JSON.stringify(change?.differences, null, 2),
    undefined,
    `${resource.address}, ${when}: something is still to be done`,
  );
}

async function plan(run: Run, resource: Resource): Promise<Change | undefined> {
  const { status, stdout, stderr } = await answer(run, resource.read);
  assert.equal(status, 0, `${resource.address} can't be read: ${stderr}`);
  return resource.plan(stdout.toString());
}

/** As the engine runs it. */
function answer(run: Run, script: Script): Promise<HostAnswer> {
  return run(sh`
    fd_contract() {
    set -eu
    ${script}
    }
    ( fd_contract ) </dev/null`);
}
