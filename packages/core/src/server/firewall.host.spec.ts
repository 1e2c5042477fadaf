/** The firewall of the section `server` on a real host, with nginx and other tables beside it. */
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandWorkspace } from '../testing/command-workspace.js';

let host: TestHost;
let connection: Connection;
const workspace = new CommandWorkspace();

/** As Docker, fail2ban and iptables-nft make them. */
const FOREIGN = `table ip nat {
	chain DOCKER {
		iifname "docker0" counter packets 7 bytes 420 return
	}
	chain PREROUTING {
		type nat hook prerouting priority dstnat; policy accept;
		fib daddr type local counter packets 3 bytes 180 jump DOCKER
	}
}
table ip filter {
	chain DOCKER-USER {
		counter packets 0 bytes 0 return
	}
	chain FORWARD {
		type filter hook forward priority filter; policy accept;
		counter packets 0 bytes 0 jump DOCKER-USER
	}
}
table inet f2b-table {
	set addr-set-sshd {
		type ipv4_addr
		elements = { 198.51.100.9 }
	}
	chain f2b-chain {
		type filter hook input priority filter - 1; policy accept;
		tcp dport 22 ip saddr @addr-set-sshd drop
	}
}
`;

/** Another machine, with IPv6, in a network of its own that only the host reaches. */
const NEIGHBOUR = sh`
  set -eu
  ip netns add beside
  ip link add to-beside type veth peer name to-host netns beside
  ip address add fd00:7::1/64 dev to-beside nodad
  ip address add 192.0.2.1/24 dev to-beside
  ip link set to-beside up
  ip -n beside address add fd00:7::2/64 dev to-host nodad
  ip -n beside address add 192.0.2.2/24 dev to-host
  ip -n beside link set to-host up`;

const NGINX = `server { listen 80; listen [::]:80; listen 8081; listen [::]:8081; listen 8443;
  location / { return 200 "here\\n"; } }`;

async function on(script: Script): Promise<string> {
  const { stdout, stderr, status } = await connection.run(script);
  if (status !== 0) throw new Error(`${stdout.toString()}${stderr}`);
  return stdout.toString();
}

function declare(allow: readonly unknown[] | undefined): void {
  workspace.describe('prod', { web: host }, { server: allow ? { firewall: { allow } } : {} });
}

async function provision(allow: readonly unknown[] | undefined): Promise<string> {
  declare(allow);
  const { status, output } = await workspace.run('provision', 'prod', '--yes');
  if (status !== 0) throw new Error(output);
  return output;
}

function plan(): Promise<string> {
  return workspace.runAsText('plan', 'prod', '--detailed-exit-code');
}

const foreign = (): Promise<string> =>
  on(sh`for one in 'ip nat' 'ip filter' 'inet f2b-table'; do nft -s list table $one; done`);

/** Whether nginx answers the neighbour. */
const answers = (address: string, port: number): Promise<string> =>
  on(
    sh`ip netns exec beside curl -s --connect-timeout 2 ${`http://${address}:${String(port)}/`} || echo closed`,
  );

beforeAll(async () => {
  host = await startTestHost('firewall');
  connection = await host.connect();
  await on(sh`
    set -eu
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends nginx-light nftables iproute2 >/dev/null 2>&1
    rm /etc/nginx/sites-enabled/default
    printf %s ${NGINX} >/etc/nginx/conf.d/here.conf
    systemctl restart nginx
    printf %s ${FOREIGN} | nft -f -
    ${NEIGHBOUR}`);
});
afterAll(async () => {
  workspace.dispose();
  await connection.close();
  await host.stop();
});

describe('the firewall', () => {
  it('lets in what is allowed, over IPv4 and IPv6, and leaves other tables alone', async () => {
    const before = await foreign();
    const output = await provision(['ssh', 'http']);
    expect(output).toContain('+tcp dport ssh accept');
    expect(await on(sh`nft list tables`)).toContain('table inet fairness_deploy');
    expect(await answers('192.0.2.1', 80)).toBe('here\n');
    expect(await answers('192.0.2.1', 8081)).toBe('closed\n');
    // The neighbour has to be found first (RFC 4861).
    await on(sh`ip neigh flush dev to-beside; ip -n beside neigh flush dev to-host`);
    expect(await answers('[fd00:7::1]', 80)).toBe('here\n');
    expect(await answers('[fd00:7::1]', 8081)).toBe('closed\n');
    await on(sh`ip netns exec beside ping -c 1 -W 5 fd00:7::1 && ping -c 1 -W 5 192.0.2.2`).catch(
      async () => {
        // Hosts without ping(8): what goes out is free.
        await on(sh`curl -s --connect-timeout 5 http://192.0.2.1/`);
      },
    );
    expect(await foreign()).toBe(before);
    expect(await plan()).toMatch(/^0\n[^]*nothing to change/);
  });

  it('lets in by network and by range, and shows how its rules differ', async () => {
    const allow = [
      'ssh',
      'http',
      { port: 8443, from: ['198.51.100.0/24', 'fd00:8::/32'] },
      { ports: '8080-8090', from: 'fd00:7::/64' },
      { port: 53, protocol: 'udp' },
    ];
    declare(allow);
    const shown = await plan();
    expect(shown).toContain('+ip saddr 198.51.100.0/24 tcp dport 8443 accept');
    expect(shown).toContain('+udp dport 53 accept');
    expect(shown).not.toContain('-tcp');
    await provision(allow);
    expect(await answers('192.0.2.1', 8443)).toBe('closed\n');
    expect(await answers('192.0.2.1', 8081)).toBe('closed\n');
    expect(await answers('[fd00:7::1]', 8081)).toBe('here\n');
    expect(await plan()).toMatch(/^0\n/);
    await provision(['ssh', 'http']);
    expect(await answers('[fd00:7::1]', 8081)).toBe('closed\n');
  });

  it.each([
    ['its table', sh`nft delete table inet fairness_deploy`],
    ['a rule', sh`nft insert rule inet fairness_deploy input tcp dport 8081 accept`],
    ['its policy', sh`nft chain inet fairness_deploy input '{ policy accept; }'`],
    ['its file', sh`echo >>/etc/fairness-deploy/firewall.nft`],
    ['its unit', sh`systemctl disable --quiet fairness-deploy-firewall`],
  ])('is put right when somebody has changed %s by hand', async (_, change) => {
    await on(change);
    expect(await plan()).toMatch(/^1\n[^]*~ firewall:host|^1\n[^]*\+ firewall:host/);
    await provision(['ssh', 'http']);
    expect(await answers('192.0.2.1', 8081)).toBe('closed\n');
    expect(await plan()).toMatch(/^0\n/);
  });

  it("is there again when Debian's nftables.service has flushed all tables", async () => {
    await on(sh`systemctl start nftables`);
    await provision(['ssh', 'http']);
    for (const action of ['reload', 'restart']) {
      await on(sh`systemctl ${action} nftables`);
      await expect.poll(() => on(sh`nft list tables`)).toContain('inet fairness_deploy');
    }
    await on(sh`systemctl stop nftables; printf %s ${FOREIGN} | nft -f -`);
    await provision(['ssh', 'http']);
  });

  it('knows all ports of sshd', async () => {
    await on(sh`
      printf 'Port 22\nPort 2222\n' >/etc/ssh/sshd_config.d/ports.conf
      systemctl reload ssh`);
    expect(await plan()).toMatch(/^1\n/);
    await provision(['ssh', 'http']);
    expect(await on(sh`nft list table inet fairness_deploy`)).toContain(
      'tcp dport { 22, 2222 } accept',
    );
    await on(sh`rm /etc/ssh/sshd_config.d/ports.conf; systemctl reload ssh`);
    await provision(['ssh', 'http']);
  });

  it('costs a site no request when it is changed', async () => {
    await provision(undefined);
    const agent = new Agent({ keepAlive: true, maxSockets: 20 });
    const failed: string[] = [];
    let asked = 0;
    const over = new AbortController();
    const isOver = (): boolean => over.signal.aborted;
    const ask = (keep: boolean): void => {
      asked += 1;
      const { address } = host.host;
      get({ host: address, port: 80, timeout: 5000, ...(keep && { agent }) }, (answer) => {
        if (answer.statusCode !== 200) failed.push(String(answer.statusCode));
        answer.resume();
      })
        .on('timeout', () => failed.push('timeout'))
        .on('error', (error) => failed.push(error.message));
    };
    const visitors = (async () => {
      while (!isOver()) {
        ask(asked % 2 === 0);
        await sleep(10);
      }
    })();
    await provision(['ssh', 'http']);
    await provision(['ssh', 'http', 'https']);
    await provision(['ssh', 'http']);
    await provision(undefined);
    over.abort();
    await visitors;
    agent.destroy();
    expect(asked).toBeGreaterThan(300);
    expect(failed).toEqual([]);
  });

  it('is not confirmed by a client that has died, and nothing is planned until the host has undone it', async () => {
    await provision(['ssh', 'http']);
    declare(['ssh']);
    const client = workspace.start('provision', 'prod', '--yes');
    const ended = new Promise((resolve) => client.once('exit', resolve));
    // The very moment: the change comes next.
    await on(sh`until [ -e /var/lib/fairness-deploy/trial/state ]; do :; done`);
    client.kill('SIGKILL');
    await ended;
    declare(['ssh', 'https']);
    const refused = await plan();
    expect(refused).toMatch(/^1\n/);
    expect(refused).toContain('Cannot tell the state of the firewall: firewall:host is on trial');
    declare(['ssh', 'http']);
    await expect.poll(plan, { timeout: 60_000, interval: 1000 }).toMatch(/^0\n/);
  });

  it('is undone at once when the change is cancelled', async () => {
    declare([{ port: 'ssh', from: '198.51.100.0/24' }]);
    const client = workspace.start('provision', 'prod', '--yes');
    const ended = new Promise((resolve) => client.once('exit', resolve));
    await on(sh`until grep -qs tried /var/lib/fairness-deploy/trial/state; do sleep 0.1; done`);
    const since = performance.now();
    await on(sh`
      fd_dir=$(ls -td /var/lib/fairness-deploy/jobs/*/ | head -n 1)
      kill "$(cat "$fd_dir/pid")"
      for fd_child in $(cat /proc/"$(cat "$fd_dir/pid")"/task/*/children); do
        kill "$fd_child" $(cat "/proc/$fd_child/task/"*/children)
      done`);
    await ended;
    expect(performance.now() - since).toBeLessThan(15_000);
    declare(['ssh', 'http']);
    expect(await plan()).toMatch(/^0\n/);
  });

  it('is loaded when the host boots', async () => {
    // The network of a host of the sandbox outlives its boot, and with it the tables.
    await connection.run(sh`nft flush ruleset; systemctl reboot`).catch(() => undefined);
    await expect
      .poll(
        async () => {
          connection = await host.connect();
          return on(sh`nft list tables`);
        },
        { timeout: 60_000 },
      )
      .toContain('table inet fairness_deploy');
    expect(await on(sh`systemctl show -p Before fairness-deploy-firewall.service`)).toContain(
      'network-pre.target',
    );
    expect(await plan()).toMatch(/^0\n/);
  });

  it('is not set up beside ufw', async () => {
    await on(
      sh`DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ufw >/dev/null 2>&1; ufw allow 22/tcp; ufw --force enable`,
    );
    const refused = await plan();
    expect(refused).toMatch(/^1\n/);
    expect(refused).toContain('ufw is active on this host');
    expect(refused).toContain('Turn it off first: ufw disable');
    await on(sh`ufw disable; apt-get purge -y -qq ufw >/dev/null 2>&1`);
    expect(await plan()).toMatch(/^0\n/);
  });

  it('goes with the section, and leaves nothing', async () => {
    await on(sh`printf %s ${FOREIGN} | nft -f -`);
    const before = await foreign();
    const output = await provision(undefined);
    expect(output).toContain('- firewall:host');
    expect(await on(sh`nft list tables`)).not.toContain('fairness_deploy');
    expect(await foreign()).toBe(before);
    expect(
      await on(
        sh`find / -xdev '(' -name '*fairness-deploy-firewall*' -o -name '*fairness-deploy-trial*' -o -path '/etc/fairness-deploy*' ')' -print`,
      ),
    ).toBe('');
    expect(await plan()).toMatch(/^0\n/);
  });
});
