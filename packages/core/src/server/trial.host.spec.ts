/** Changes that lock the client out, on a host of its own each: whatever happens then, the host can be reached. */
import { powerOff, powerOn } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { lines, sh, type Connection, type Script } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CommandWorkspace } from '../testing/command-workspace.js';
import { applyPlan } from '../engine/apply-plan.js';
import { describeJob } from '../engine/describe-job.js';
import { planHost } from '../engine/plan.js';
import { defineResource } from '../resource/define-resource.js';
import { onTrial } from '../resource-parts/trial.js';
import { TRIAL } from '../resource-parts/trial-units.js';

const OPEN = { firewall: { allow: ['ssh', 'http'] } };
/** This client is not there (RFC 5737). */
const SHUT = { firewall: { allow: [{ port: 'ssh', from: '198.51.100.0/24' }] } };
/** Kills the processes of the running job: they are a session of their own (proc(5), field 6). */
const KILL_JOB = sh`
  for fd_one in /var/lib/fairness-deploy/jobs/*/pid; do
    [ ! -e "\${fd_one%pid}status" ] || continue
    fd_job=$(cat "$fd_one")
    for fd_stat in /proc/[0-9]*/stat; do
      [ "$(sed 's/.*) //' "$fd_stat" 2>/dev/null | cut -d ' ' -f 4)" != "$fd_job" ] || kill -KILL "$(echo "$fd_stat" | cut -d / -f 3)"
    done
  done`;

/** Kills all connections over SSH but the one that it comes over. */
const KILL_SESSIONS = sh`
  fd_own=" "
  fd_pid=$$
  while [ "$fd_pid" -gt 1 ]; do
    fd_own="$fd_own$fd_pid "
    fd_pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$fd_pid/status")
  done
  for fd_comm in /proc/[0-9]*/comm; do
    fd_pid=$(echo "$fd_comm" | cut -d / -f 3)
    fd_parent=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$fd_pid/status" 2>/dev/null)
    case $(cat "$fd_comm" 2>/dev/null) in
      sshd*) case $fd_own in *" $fd_pid "*) ;; *) [ "$fd_parent" = 1 ] || kill "$fd_pid" ;; esac ;;
    esac
  done`;

/** As expect.poll, which concurrent tests don't have. */
const within = (seconds: number, check: () => Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: seconds * 1000, interval: 100 });

class Lab {
  readonly workspace = new CommandWorkspace();
  host!: TestHost;
  connection!: Connection;

  constructor(readonly name: string) {}

  async start(): Promise<void> {
    this.host = await startTestHost(`trial-${this.name}`);
    this.connection = await this.host.connect();
    await this.on(sh`apt-get update -qq && apt-get install -y -qq nftables >/dev/null 2>&1`);
  }

  async open(): Promise<string> {
    expect(await this.provision(OPEN)).toMatchObject({ status: 0 });
    return this.rules();
  }

  async stop(): Promise<void> {
    this.workspace.dispose();
    await this.connection.close();
    await this.host.stop();
  }

  describe(server: unknown): void {
    this.workspace.describe('prod', { web: this.host }, { server });
  }

  provision(server: unknown) {
    this.describe(server);
    return this.workspace.run('provision', 'prod', '--yes');
  }

  async on(script: Script): Promise<string> {
    return (await this.connection.run(script)).stdout.toString();
  }

  rules(): Promise<string> {
    return this.on(sh`nft -s list ruleset`);
  }

  state(): Promise<string> {
    return this.on(sh`cat ${`${TRIAL}/state`} 2>/dev/null || echo none`);
  }

  tried(): Promise<void> {
    return within(20, async () => {
      expect(await this.state()).toBe('tried\n');
    });
  }

  /** A client that can't get in any more, and the host while it waits for it. */
  async lockedOut() {
    this.describe(SHUT);
    const client = this.workspace.start('provision', 'prod', '--yes');
    const ended = new Promise<number | null>((resolve) => client.once('exit', resolve));
    await this.tried();
    return { client, ended };
  }

  /** Waits until a new connection gets in, at most as long as promised. */
  async reached(since: number): Promise<void> {
    const left = 60 - (performance.now() - since) / 1000;
    await within(left, async () => {
      // The one that was open may be lost, when the host did not know of it.
      const again = await this.host.connect();
      await this.connection.close();
      this.connection = again;
    });
  }

  /** Nothing of the trial is left, and nothing waits to be restored. */
  async expectNothingLeft(): Promise<void> {
    await within(20, async () => {
      expect(
        await this.on(sh`
          ls /etc/systemd/system /etc/systemd/system/sysinit.target.wants | grep trial || :
          systemctl list-units --plain --no-legend 'fairness-deploy-trial*'`),
      ).toBe('');
    });
  }
}

/** A file that is written on trial. */
const tried = (content: string, before: Script = sh`:`) =>
  defineResource<{ readonly content: string }, { readonly content: string }>({
    type: 'tried',
    name: () => 'file',
    onTrial: true,
    read: () => sh`cat /srv/tried 2>/dev/null || :`,
    parse: (output) => ({ content: output.trim() }),
    desired: () => ({ content }),
    write: () =>
      onTrial({
        ...{ address: 'tried:file', what: 'the file', old: 'the old one', hint: 'try again' },
        ...{ paths: ['/srv/tried'], restore: sh`:` },
        change: lines(before, sh`echo ${content} >/srv/tried`),
      }),
  })({ content });

const labs = ['client', 'job', 'reboot', 'power', 'late', 'connection', 'slow'].map(
  (name) => new Lab(name),
);
const [client, job, reboot, power, late, connection, slow] = labs as [
  Lab,
  Lab,
  Lab,
  Lab,
  Lab,
  Lab,
  Lab,
];

beforeAll(async () => {
  await Promise.all(labs.map((lab) => lab.start()));
});
afterAll(async () => {
  await Promise.all(labs.map((lab) => lab.stop()));
});

describe.concurrent('a firewall that locks the client out', () => {
  it('is undone by the host, which says so, and tells the history', async () => {
    // The first one, which knows no connection that is open already (conntrack).
    const before = await late.rules();
    expect(before).toBe('');
    const since = performance.now();
    const { status, output } = await late.provision(SHUT);
    await late.reached(since);
    expect(status).toBe(1);
    expect(output).toContain('The firewall does not let ssh in from 10.');
    expect(output).toContain('No new connection gets in: Cannot connect');
    expect(output).toMatch(/This host sees the client at 10\./);
    expect(output).toContain(
      'Cannot keep the change of the firewall: no new connection of the client got in within 30 s. The host has restored the old rules\n  → Allow ssh from where this client comes',
    );
    expect(output).toContain('1 changed, 1 failed');
    expect(await late.rules()).toBe(before);
    await late.expectNothingLeft();
    const attached = await late.workspace.run('attach', 'prod');
    expect(attached.status).toBe(1);
    expect(attached.output).toContain('The host has restored the old rules');
    // Nothing of it stands in the way of the next one.
    expect(await late.provision({ firewall: { allow: ['ssh', 'https'] } })).toMatchObject({
      status: 0,
    });
    expect(await late.open()).toContain('tcp dport 80 accept');
  });

  it('is undone when the client was killed', async () => {
    const before = await client.open();
    const since = performance.now();
    const { client: program, ended } = await client.lockedOut();
    program.kill('SIGKILL');
    await ended;
    expect(await client.on(sh`cat /etc/fairness-deploy/firewall.nft`)).toContain('198.51.100.0/24');
    await client.reached(since);
    expect(await client.rules()).toBe(before);
    expect(await client.on(sh`cat /etc/fairness-deploy/firewall.nft`)).not.toContain('198.51');
    const attached = await client.workspace.run('attach', 'prod');
    expect(attached.output).toContain('The host has restored the old rules');
    expect(attached.status).toBe(1);
    await client.expectNothingLeft();
    expect(await client.provision(OPEN)).toMatchObject({ status: 0 });
  });

  it('is undone when the job was killed', async () => {
    const before = await job.open();
    const since = performance.now();
    const { ended } = await job.lockedOut();
    await job.on(KILL_JOB);
    expect(await ended).toBe(1);
    expect(await job.state()).toBe('tried\n');
    await job.reached(since);
    expect(await job.rules()).toBe(before);
    await job.expectNothingLeft();
    const attached = await job.workspace.run('attach', 'prod');
    expect(attached.output).toContain('was cut off after 0 of 1 steps');
    expect(await job.provision(OPEN)).toMatchObject({ status: 0 });
  });

  it('is undone by a reboot', async () => {
    const before = await reboot.open();
    const since = performance.now();
    const { ended } = await reboot.lockedOut();
    await reboot.connection.run(sh`systemctl reboot`).catch(() => undefined);
    await reboot.reached(since);
    expect(await reboot.rules()).toBe(before);
    await reboot.expectNothingLeft();
    expect(await ended).toBe(1);
    expect(await reboot.provision(OPEN)).toMatchObject({ status: 0 });
  });

  it('is undone by a power cut', async () => {
    const before = await power.open();
    const { ended } = await power.lockedOut();
    const key = { name: `test-trial-${power.name}`, workspace: process.cwd() };
    await powerOff(key);
    const since = performance.now();
    await powerOn(key);
    await power.reached(since);
    expect(await power.rules()).toBe(before);
    await power.expectNothingLeft();
    expect(await ended).toBe(1);
    expect(await power.provision(OPEN)).toMatchObject({ status: 0 });
  });

  it('is told by the same command when it has cut its connection as well', async () => {
    const before = await connection.open();
    connection.describe(SHUT);
    const running = connection.workspace.run('provision', 'prod', '--yes');
    await connection.tried();
    await connection.on(KILL_SESSIONS);
    const { status, output } = await running;
    expect(status).toBe(1);
    expect(output).toContain('The connection was lost while a change was on trial');
    expect(output).toContain('The host has restored the old rules');
    expect(await connection.rules()).toBe(before);
  });
});

describe.concurrent('a change on trial', () => {
  it('of another user than root is confirmed, and one that is made too late is undone', async () => {
    await slow.on(sh`
      useradd -m -s /bin/bash deploy
      cp -r /root/.ssh /home/deploy/.ssh
      chown -R deploy: /home/deploy/.ssh
      echo 'deploy ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/deploy`);
    const connect = () => slow.host.connect({ user: 'deploy' });
    const own = await connect();
    const apply = async (resource: ReturnType<typeof tried>) => {
      const plan = await planHost(own, [resource]);
      const { changes } = await applyPlan(own, plan, describeJob('test'), {}, connect);
      return changes[0];
    };
    expect(await apply(tried('first'))).toMatchObject({ status: 'changed' });
    const isRestored = sh`until grep -qx restored ${`${TRIAL}/state`}; do sleep 0.1; done`;
    const late = await apply(tried('second', isRestored));
    expect(late?.status).toBe('failed');
    expect(late?.output).toContain('that took more than 30 s. The host has restored the old one');
    expect(await slow.on(sh`cat /srv/tried`)).toBe('first\n');
    await slow.expectNothingLeft();
    // Without a way to confirm it.
    const plan = await planHost(own, [tried('third')]);
    const alone = await applyPlan(own, plan, describeJob('test'));
    expect(alone.changes[0]?.output).toContain('no new connection of the client got in');
    expect(await slow.on(sh`cat /srv/tried`)).toBe('first\n');
    await own.close();
  });
});
