import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CommandWorkspace } from '../testing/command-workspace.js';
import { startCuttingRelay, type CuttingRelay } from '../testing/cutting-relay.js';
import { FollowedLogs } from '../testing/followed-logs.js';

const WAIT = { timeout: 60_000, interval: 50 };
const SECRET = 'hunter2-hunter2';

let host: TestHost;
let connection: Connection;
let workspace: CommandWorkspace;
let relay: CuttingRelay;
let logs: FollowedLogs | undefined;
let cutAt: number[] = [];

const run = async (script: Script): Promise<string> => {
  const { status, stdout, stderr } = await connection.run(script);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.toString();
};

const sections = {
  application: {
    name: 'shop',
    processes: {
      api: { command: 'node api.js', port: 3000, route: '/' },
      mail: { command: 'node mail.js', logs: { streams: 'apart' } },
    },
    env: { PASSWORD: '${secrets.password}' },
  },
  secrets: { names: { password: '' } },
  release: { repository: 'https://git.example.org/shop.git' },
  supervisor: {},
  nginx: {},
};

beforeAll(async () => {
  host = await startTestHost('logs');
  connection = await host.connect();
  workspace = new CommandWorkspace({ FAIRNESS_SECRET_PASSWORD: SECRET });
  relay = await startCuttingRelay(host, join(workspace.folder, 'keys'), (bytes) => {
    if (cutAt[0] === undefined || bytes < cutAt[0]) return;
    cutAt.shift();
    relay.cut();
  });
  workspace.describe('prod', { web: relay.reachable }, sections);
});
afterAll(async () => {
  await relay.stop();
  await connection.close();
  await host.stop();
  workspace.dispose();
});
beforeEach(async () => {
  cutAt = [];
  await run(sh`
    rm -rf /srv/shop /var/log/shop /var/log/nginx
    mkdir -p /srv/shop/colours/blue /srv/shop/colours/green /var/log/shop /var/log/nginx
    ln -s colours/blue /srv/shop/live`);
});
afterEach(async () => {
  await logs?.interrupt();
  logs = undefined;
});

/** Follows logs, from when the beginning has been shown. */
async function follow(...words: readonly string[]): Promise<FollowedLogs> {
  await run(sh`echo 'the first line' >>/var/log/shop/api-blue.log`);
  const one = new FollowedLogs(workspace, 'prod', words);
  logs = one;
  await expect.poll(() => one.counts.get('the first line'), WAIT).toBe(1);
  return one;
}

/** How many lines came how often. */
function tally(one: FollowedLogs, prefix: string): Readonly<Record<number, number>> {
  const times: Record<number, number> = {};
  for (const [line, count] of one.counts) {
    if (line.startsWith(prefix)) times[count] = (times[count] ?? 0) + 1;
  }
  return times;
}

/** When the host has booted; undefined while it can't be asked, or is shutting down. */
async function bootTime(): Promise<string | undefined> {
  try {
    const asked = await host.connect();
    const { status, stdout } = await asked.run(
      sh`systemctl show -p UserspaceTimestampMonotonic && systemctl is-system-running --wait`,
    );
    await asked.close();
    const [time = ''] = stdout.toString().split('\n');
    // Degraded: some units of Debian don't start in a container.
    return status === 0 || stdout.toString().includes('degraded') ? time : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a number is the same in two looks, half a second apart. */
async function settled(look: () => number): Promise<boolean> {
  const before = look();
  await sleep(500);
  return look() === before;
}

describe('logs', () => {
  it('merges the lines of several logs by time, and keeps what has none behind the line before', async () => {
    await run(sh`
      cd /var/log/nginx
      echo '192.0.2.1 - - [01/Dec/2026:10:00:02 +0000] "GET /b HTTP/1.1" 500 3 "-" "curl"' >shop.access.log
      echo '2026/12/01 10:00:01 [error] 7#7: *1 a failure' >error.log
      cat >/var/log/shop/mail-blue.err.log <<'EOF'
    {"level":50,"time":"2026-12-01T10:00:01.500Z","pid":1,"hostname":"web","msg":"sent","id":7}
    2026-12-01T10:00:03Z WARN late
        at stack (trace.js:1)
    EOF`);
    const lines = async (...words: readonly string[]) => {
      const { status, output } = await workspace.run('logs', 'prod', ...words);
      expect(status).toBe(0);
      return output.split('\n').filter((line) => line.includes('│'));
    };
    const all = await lines();
    const [failure, sent, request, late, stack] = all;
    expect(failure).toBe('nginx errors │ 2026/12/01 10:00:01 [error] 7#7: *1 a failure');
    expect(sent).toMatch(/^mail errors │ 2026-12-01 \d\d:00:01\.500 ERROR sent id=7$/);
    expect(request).toContain('site shop │ 192.0.2.1');
    expect(late).toContain('WARN late');
    expect(stack).toContain('at stack');
    expect(all).toHaveLength(5);
    expect(await lines('nginx', '--level', 'fatal')).toEqual([]);
    expect(await lines('--source', 'mail', '--level', 'warn', '--grep', '^ +at ')).toEqual([stack]);
    expect(await lines('mail', '--grep', 'sent|late')).toEqual([sent, late]);
  });

  it('says of a log that cannot be read why, and shows the others', async () => {
    await run(sh`
      mkfifo /var/log/nginx/shop.access.log
      echo one >/var/log/nginx/error.log`);
    const { status, output } = await workspace.run('logs', 'prod', 'nginx');
    expect(status).toBe(1);
    expect(output).toContain('nginx errors │ one');
    expect(output).toContain('Cannot read the log "site shop"\n  │ it is not a regular file');
  });

  it.each([
    [['--grep', '(a'], 'Cannot search with --grep "(a": Invalid regular expression'],
    [['--level', 'loud'], 'Cannot run logs: --level is one of trace, debug, info'],
    [['apii'], 'Cannot show the log "apii": there is none of that name\n  → did you mean "api"?'],
    [['--since', 'yesterday'], 'expected such as 90s, 10m, 2h or 3d'],
  ])('refuses %j before it contacts a host', async (words, message) => {
    const before = relay.connections;
    const { status, output } = await workspace.run('logs', 'prod', ...words);
    expect(status).toBe(1);
    expect(output).toContain(message);
    expect(relay.connections).toBe(before);
  });

  it('ends an expression that takes exponential time', async () => {
    await run(sh`printf '%s!\n' ${'a'.repeat(60)} >/var/log/shop/api-blue.log`);
    const { status, output } = await workspace.run('logs', 'prod', 'api', '--grep', '^(a+)+$');
    expect(status).toBe(1);
    expect(output).toContain('it takes longer than 2 s for 1 lines');
  });
});

describe('logs --follow', () => {
  it('ends when its reader does', async () => {
    await run(sh`echo one >/var/log/shop/api-blue.log`);
    const one = new FollowedLogs(workspace, 'prod', ['api']);
    logs = one;
    await expect.poll(() => one.counts.get('one'), WAIT).toBe(1);
    one.close();
    const more = setInterval(() => {
      void run(sh`echo more >>/var/log/shop/api-blue.log`);
    }, 200);
    await one.ended.finally(() => {
      clearInterval(more);
    });
  });

  it('shows each line once over three lost connections and rotations, and reads nothing again', async () => {
    const one = await follow('api');
    const before = relay.received;
    const size = 12_000_000;
    cutAt = [1, 2, 3].map((quarter) => before + (quarter * size) / 4);
    // 100 bytes a line.
    await run(sh`
      cd /var/log/shop
      for part in 1 2 3 4; do
        seq -f "numbered %011.0f $(printf '%078d' 0)" "$((part * 30000 - 29999))" "$((part * 30000))" >>api-blue.log
        case $part in
          1 | 3) rm -f api-blue.log.2; [ ! -e api-blue.log.1 ] || mv api-blue.log.1 api-blue.log.2; mv api-blue.log api-blue.log.1 ;;
        esac
      done
      echo 'the last line' >>api-blue.log`);
    await expect.poll(() => one.counts.get('the last line'), WAIT).toBe(1);
    expect(tally(one, 'numbered')).toEqual({ 1: 120_000 });
    expect(relay.connections).toBeGreaterThanOrEqual(4);
    expect(one.notices.filter((text) => text.startsWith('Connected again'))).toHaveLength(3);
    // What was under way when the connections were cut comes twice over the network.
    expect(relay.received - before).toBeLessThan(size * 2);
    expect(await one.interrupt()).toBe(130);
  });

  it('shows the log of the next colour as well, when a deployment starts it', async () => {
    const one = await follow('api');
    await run(sh`
      cd /var/log/shop
      echo 'of green, starting' >>api-green.log
      ln -sfn colours/green /srv/shop/live
      echo 'of blue, draining' >>api-blue.log
      echo 'of green, live' >>api-green.log`);
    await expect.poll(() => tally(one, 'of '), WAIT).toEqual({ 1: 3 });
    relay.cut();
    await run(sh`echo 'of green, later' >>/var/log/shop/api-green.log`);
    await expect.poll(() => one.counts.get('of green, later'), WAIT).toBe(1);
    expect(tally(one, 'of ')).toEqual({ 1: 4 });
  });

  it('goes on after the host was started again, with its files and its journal', async () => {
    const one = await follow();
    await run(sh`
      echo 'before the boot' >>/var/log/shop/api-blue.log
      sync`);
    await expect.poll(() => one.counts.get('before the boot'), WAIT).toBe(1);
    const before = await bootTime();
    await connection.run(sh`systemctl reboot`).catch(() => undefined);
    await expect.poll(async () => (await bootTime()) ?? before, WAIT).not.toBe(before);
    connection = await host.connect();
    await run(sh`echo 'after the boot' >>/var/log/shop/api-blue.log`);
    await expect.poll(() => one.counts.get('after the boot'), WAIT).toBe(1);
    expect(one.counts.get('before the boot')).toBe(1);
  });

  it('leaves no process on the host', async () => {
    const one = await follow();
    const running = () => run(sh`ps -eo args | grep -c '^perl -e' || :`);
    expect(Number(await running())).toBeGreaterThan(1);
    await one.interrupt();
    await expect.poll(running, WAIT).toBe('0\n');
    expect(await run(sh`ps -eo args | grep -c '[j]ournalctl.*--follow' || :`)).toBe('0\n');
  });

  it('masks a secret at the border of two writes, and makes control characters harmless', async () => {
    const one = await follow('api');
    await run(sh`
      printf 'a %s' ${SECRET.slice(0, 6)} >>/var/log/shop/api-blue.log
      printf '%s b\n{"level":50,"msg":"%s","key":"\\\\u001b[2J"}\n' ${SECRET.slice(6)} ${SECRET} >>/var/log/shop/api-blue.log`);
    await expect.poll(() => one.counts.get('a *** b'), WAIT).toBe(1);
    await expect
      .poll(() => one.events.filter(({ level }) => level === 'error').length, WAIT)
      .toBe(1);
    expect(JSON.stringify(one.events)).not.toContain(SECRET);
  });

  it('waits for a reader that does not read, and loses nothing', async () => {
    const one = await follow('api');
    const resume = one.pause();
    // 40 MB.
    await run(sh`
      seq -f "numbered %011.0f $(printf '%078d' 0)" 1 400000 >>/var/log/shop/api-blue.log`);
    const before = relay.received;
    // It stops taking from the network, long before all of it have come.
    await expect.poll(async () => settled(() => relay.received), WAIT).toBe(true);
    expect(relay.received - before).toBeLessThan(20_000_000);
    resume();
    await expect.poll(() => one.counts.size, WAIT).toBe(400_001);
    expect(tally(one, 'numbered')).toEqual({ 1: 400_000 });
  });
});
