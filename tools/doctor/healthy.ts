/** Hosts that are well, though something is unusual: `doctor` must find nothing wrong with them. */
import { sh } from '@fairness-deploy/shell';
import type { ShopHost } from './shop-host.js';

/** A host that is well. */
export interface Healthy {
  readonly name: string;
  /** Ends when the host is like that. */
  readonly make: (host: ShopHost) => Promise<unknown>;
}

/** Each is made of the one before. */
export const HEALTHY: readonly Healthy[] = [
  {
    name: 'after a second deployment, in the other colour',
    async make(host) {
      host.repository.write('README.md', 'The shop.\n');
      host.repository.commit('Describe the shop');
      await host.command('deploy');
    },
  },
  {
    name: 'after a deployment that failed',
    async make(host) {
      host.repository.write('client.js', `throw new Error('broken');\n`);
      host.repository.commit('Break the shop');
      await host.fail('deploy');
      host.repository.git('reset', '--hard', '--quiet', 'HEAD~');
    },
  },
  {
    name: 'after nginx, Supervisor and PostgreSQL were started again',
    make: (host) =>
      host.run(sh`
        systemctl restart nginx postgresql supervisor
        for fd_try in $(seq 300); do
          ! curl -fso /dev/null -k --resolve shop.test:443:127.0.0.1 https://shop.test/api/health || exit 0
          sleep 0.1
        done
        exit 1`),
  },
  { name: 'after a reboot', make: (host) => host.reboot() },
  {
    name: 'after the maintenance page was on',
    async make(host) {
      await host.command('maintenance', '--on');
      await host.command('maintenance', '--off');
    },
  },
  {
    name: 'with a process on a socket, and several of another',
    async make(host) {
      host.describe(({ application, ...rest }) => {
        const { client, api, jobs } = application.processes;
        const processes = {
          client: {
            command: client.command,
            listen: 'socket',
            route: client.route,
            health: client.health,
          },
          api: { ...api, instances: 2 },
          jobs,
        };
        return { ...rest, application: { ...application, processes } };
      });
      await host.command('provision', '--yes');
      await host.command('deploy', '--force');
    },
  },
  {
    name: 'behind a password, and without TLS',
    async make(host) {
      host.describe(({ secrets, application, release, supervisor, postgres }) => ({
        ...{ secrets, application, release, supervisor, postgres },
        nginx: {
          sites: { shop: { domains: ['shop.test'], basicAuth: { ana: '${secrets.db_password}' } } },
        },
      }));
      await host.command('provision', '--yes');
    },
  },
  {
    name: 'after a rollback, while the branch is older than a release',
    async make(host) {
      host.describe((sections) => sections);
      await host.command('provision', '--yes');
      await host.command('deploy', '--force');
      await host.command('rollback');
      host.repository.git('reset', '--hard', '--quiet', await host.liveCommit());
    },
  },
  {
    name: 'with a disk that is three quarters full',
    make: (host) =>
      host.run(sh`
        mkdir -p /srv/data
        mount -t tmpfs -o size=4m tmpfs /srv/data
        head -c 3m /dev/zero >/srv/data/big`),
  },
  {
    name: 'as it was before',
    async make(host) {
      await host.run(sh`umount /srv/data`);
      await host.command('deploy', '--force');
    },
  },
];
