/** What may go wrong on a host, how a test lets it go wrong, and what `doctor` must name first. */
import { sh, type Script } from '@fairness-deploy/shell';
import type { ShopHost } from './shop-host.js';

/** A fault of a host. */
export interface Fault {
  readonly name: string;
  /** Ends when the fault is there. */
  readonly inject: Change;
  /** Ends when all is well again. */
  readonly heal: Change;
  /** The first cause, as `doctor` names it: its section, its name and its text. */
  readonly cause: RegExp;
}

/** A script for the host, or what a test does itself. */
export type Change = Script | ((host: ShopHost) => Promise<unknown>);

/** Tells the programs of the application what to do: see writeShop(). */
const tell = (what: string): Script => sh`
  mkdir -p /run/shop
  touch ${`/run/shop/${what}`}`;
const untell = (what: string): Script => sh`rm -f ${`/run/shop/${what}`}`;

/** Names of programs, of the colour that is live. */
const DEFINE = sh`
  fd_colour=$(readlink /srv/shop/live)
  fd_colour=\${fd_colour#colours/}
  fd_api=shop-$fd_colour:api
  fd_jobs=shop-$fd_colour-workers:jobs
  fd_id=$(basename "$(readlink -f /srv/shop/current)")
  fd_port() { sed -n 's/^api [a-z]* [0-9]* //p' "/srv/shop/shared/configuration/$fd_id/programs-$fd_colour"; }
  fd_wait() {
    for fd_try in $(seq 300); do
      if eval "$1"; then return 0; fi
      sleep 0.1
    done
    echo "not in time: $1"
    exit 1
  }
  fd_state() { supervisorctl status "$1" | awk '{ print $2 }'; }
  fd_well() { curl -fso /dev/null "http://127.0.0.1:$(fd_port)/api/health"; }
  fd_restart() { supervisorctl restart "$fd_api" >/dev/null || :; }`;

const script = (body: Script): Script => sh`
  ${DEFINE}
  ${body}`;

/** The API runs and answers again. */
const revive = script(sh`
  # Supervisor says that it stopped one that runs: so older ends do not count.
  fd_restart
  fd_restart
  fd_wait fd_well`);

/** The API does not run, and Supervisor starts it again and again, or has given up. */
const dead = sh`fd_wait 'fd_state "$fd_api" | grep -qE "BACKOFF|FATAL"'`;

/** nginx loads its files, and its old processes are gone. */
const reload = sh`
  fd_workers() { cat /proc/*/stat 2>/dev/null | awk -v parent="$(cat /run/nginx.pid)" '$4 == parent { print $1 }' | sort; }
  fd_before=$(fd_workers)
  systemctl reload nginx
  for fd_try in $(seq 100); do
    [ -n "$(fd_workers)" ] && [ -z "$(printf '%s\n%s\n' "$fd_before" "$(fd_workers)" | sort | uniq -d)" ] && break
    sleep 0.1
  done`;

/** Another certificate in place of the site's, for a name, with what openssl is told of its time. */
const certificate = (name: string, sign: Script): Script => sh`
  mkdir -p /run/kept
  cp -P /etc/letsencrypt/live/shop.test/fullchain.pem /etc/letsencrypt/live/shop.test/privkey.pem /run/kept/
  cd /run/kept
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 80 -subj ${`/CN=${name}`} \
    -addext ${`subjectAltName=DNS:${name}`} -keyout other.key -out other.pem 2>/dev/null
  fd_sign() { openssl x509 -in other.pem -signkey other.key "$@" -out signed.pem 2>/dev/null; }
  ${sign}
  rm /etc/letsencrypt/live/shop.test/fullchain.pem /etc/letsencrypt/live/shop.test/privkey.pem
  cp signed.pem /etc/letsencrypt/live/shop.test/fullchain.pem
  cp other.key /etc/letsencrypt/live/shop.test/privkey.pem
  ${reload}`;
const valid = sh`fd_sign -days 80`;
// openssl takes -days -1 before its version 3.4, and dates since then.
const expired = sh`fd_sign -days -1 || fd_sign -not_before 20200101000000Z -not_after 20200102000000Z`;

const oldCertificate = sh`
  rm /etc/letsencrypt/live/shop.test/fullchain.pem /etc/letsencrypt/live/shop.test/privkey.pem
  mv /run/kept/fullchain.pem /run/kept/privkey.pem /etc/letsencrypt/live/shop.test/
  ${reload}`;

/** Moves a file or a folder away, and back. */
const hide = (path: string): Script => sh`mv ${path} ${`${path}.hidden`}`;
const unhide = (path: string): Script => sh`mv ${`${path}.hidden`} ${path}`;

const sql = (statement: string): Script =>
  sh`printf '%s\n' ${statement} | runuser -u postgres -- psql -XqAt -v ON_ERROR_STOP=1`;

export const FAULTS: readonly Fault[] = [
  {
    name: 'process crashed',
    inject: script(sh`
      kill -9 "$(supervisorctl pid "$fd_api")"
      fd_wait fd_well`),
    heal: revive,
    cause:
      /^supervisor api: RUNNING.*started it again: it ended, last at .* with terminated by SIGKILL/,
  },
  {
    name: 'process crashed for good',
    inject: script(sh`
      ${tell('crash')}
      fd_restart
      ${dead}`),
    heal: sh`
      ${untell('crash')}
      ${revive}`,
    cause: /^supervisor api: (?:FATAL|BACKOFF|STARTING).*it ends with exit status 1/,
  },
  {
    name: 'crash loop',
    inject: script(sh`
      ${tell('loop')}
      fd_restart
      fd_wait '[ "$(tail -n 30 /var/log/supervisor/supervisord.log | grep -c "exited: api (exit status 3")" -ge 4 ]'`),
    heal: script(sh`
      ${untell('loop')}
      fd_restart
      fd_wait fd_well`),
    cause: /^supervisor api: it ends again and again: .* with exit status 3/,
  },
  {
    name: 'wrong port',
    inject: script(sh`
      ${tell('elsewhere')}
      fd_restart
      fd_wait 'curl -fso /dev/null http://127.0.0.1:3999/'`),
    heal: script(sh`
      ${untell('elsewhere')}
      fd_restart
      fd_wait fd_well`),
    cause: /^supervisor api: .*it does not listen on \d+; it listens on 3999 instead/,
  },
  {
    name: 'port taken by another',
    inject: script(sh`
      supervisorctl stop "$fd_api" >/dev/null
      systemd-run --quiet --unit=squatter --uid=nobody python3 -m http.server "$(fd_port)" --bind 127.0.0.1 --directory /usr/share
      fd_wait 'curl -fso /dev/null "http://127.0.0.1:$(fd_port)/"'
      supervisorctl start "$fd_api" >/dev/null || :
      ${dead}`),
    heal: sh`
      systemctl stop squatter
      ${revive}`,
    cause:
      /^supervisor api: (?:FATAL|BACKOFF|STARTING).*EADDRINUSE.*\d+ is taken by process \d+ \(python3\) of nobody/,
  },
  {
    name: 'nginx stopped',
    inject: sh`systemctl stop nginx`,
    heal: sh`systemctl start nginx`,
    cause: /^nginx nginx: does not run/,
  },
  {
    name: 'nginx configuration broken',
    inject: sh`echo 'server {' >/etc/nginx/conf.d/broken.conf`,
    heal: sh`rm /etc/nginx/conf.d/broken.conf`,
    cause: /^nginx nginx: its configuration is broken/,
  },
  {
    name: 'upstream file missing',
    inject: hide('/etc/nginx/upstreams/shop-blue.conf'),
    heal: unhide('/etc/nginx/upstreams/shop-blue.conf'),
    cause:
      /^nginx requests: the file of where the live release listens is gone: \/etc\/nginx\/upstreams\/shop-blue\.conf/,
  },
  {
    name: 'site missing',
    inject: sh`
      mv /etc/nginx/sites-enabled/shop.conf /run/site.kept
      ${reload}`,
    heal: sh`
      mv /run/site.kept /etc/nginx/sites-enabled/shop.conf
      ${reload}`,
    cause: /^nginx site shop: not there/,
  },
  {
    name: 'Supervisor stopped',
    inject: sh`systemctl stop supervisor`,
    heal: script(sh`
      systemctl start supervisor
      fd_wait fd_well`),
    cause: /^supervisor supervisor: it does not run: inactive since/,
  },
  {
    name: 'Supervisor file broken',
    inject: sh`echo '[program:x' >/etc/supervisor/conf.d/broken.conf`,
    heal: sh`rm /etc/supervisor/conf.d/broken.conf`,
    cause: /^supervisor supervisor: it runs, but its configuration is broken/,
  },
  {
    name: 'certificate expired',
    inject: certificate('shop.test', expired),
    heal: oldCertificate,
    cause: /^certbot certificate shop\.test: expired at/,
  },
  {
    name: 'certificate for a wrong name',
    inject: certificate('other.test', valid),
    heal: oldCertificate,
    cause: /^certbot certificate shop\.test: is not for shop\.test/,
  },
  {
    name: 'certificate of an unknown CA',
    inject: certificate('shop.test', valid),
    heal: oldCertificate,
    cause: /^client TLS of shop\.test: browsers refuse the certificate: it signs itself/,
  },
  {
    name: 'renewal disabled',
    inject: sh`systemctl disable --now certbot.timer 2>/dev/null`,
    heal: sh`systemctl enable --now certbot.timer 2>/dev/null`,
    cause: /^certbot renewal: certbot\.timer does not run/,
  },
  {
    name: 'disk full',
    inject: sh`
      mkdir -p /srv/data
      mount -t tmpfs -o size=4m tmpfs /srv/data
      head -c 10m /dev/zero >/srv/data/big 2>/dev/null || :`,
    heal: sh`umount /srv/data`,
    cause: /^hosts disk \/srv\/data: \/srv\/data is full/,
  },
  {
    name: 'inodes used up',
    inject: sh`
      mkdir -p /srv/data
      mount -t tmpfs -o size=4m,nr_inodes=20 tmpfs /srv/data
      for fd_n in $(seq 30); do touch "/srv/data/$fd_n" 2>/dev/null || break; done`,
    heal: sh`umount /srv/data`,
    cause: /^hosts inodes \/srv\/data: \/srv\/data is out of inodes/,
  },
  {
    name: 'database down',
    inject: sh`systemctl stop 'postgresql@*'`,
    heal: script(sh`
      pg_ctlcluster "$(ls /etc/postgresql)" main start
      fd_wait fd_well`),
    cause: /^postgres server: the cluster \d+\/main does not run/,
  },
  {
    name: 'database hangs',
    inject: sh`kill -STOP "$(head -n 1 /var/lib/postgresql/*/main/postmaster.pid)"`,
    heal: script(sh`
      kill -CONT "$(head -n 1 /var/lib/postgresql/*/main/postmaster.pid)"
      fd_wait fd_well`),
    cause: /^postgres server: cannot be checked: it has not ended after 10 s/,
  },
  {
    name: 'database password wrong',
    inject: sql(`alter role shop password 'another'`),
    heal: script(sh`
      ${sql(`alter role shop password 'it''s a password'`)}
      fd_wait fd_well`),
    cause: /^postgres database: .*password/,
  },
  {
    name: 'database out of connections',
    inject: sql('alter role shop connection limit 0'),
    heal: script(sh`
      ${sql('alter role shop connection limit -1')}
      fd_wait fd_well`),
    cause: /^postgres database: .*connection/,
  },
  {
    name: 'DNS of the database broken',
    inject: sh`
      cp /etc/hosts /run/hosts.kept
      grep -v db.shop.test /run/hosts.kept >/etc/hosts`,
    heal: script(sh`
      cat /run/hosts.kept >/etc/hosts
      fd_wait fd_well`),
    cause: /db\.shop\.test/,
  },
  {
    name: 'clock off',
    inject: sh`
      printf '#!/bin/sh\nexec /usr/bin/date -d "+10 minutes" "$@"\n' >/usr/local/bin/date
      chmod +x /usr/local/bin/date`,
    heal: sh`rm /usr/local/bin/date`,
    cause: /^hosts clock: the host's clock is (?:59\d|60\d) s ahead of this machine's/,
  },
  {
    name: 'env file without a variable',
    inject: script(sh`
      cp -p "/srv/shop/shared/env/$fd_id.api" /run/env.kept
      sed '/^SESSION_KEY=/d' /run/env.kept >"/srv/shop/shared/env/$fd_id.api"
      fd_restart
      ${dead}`),
    heal: script(sh`
      cp -p /run/env.kept "/srv/shop/shared/env/$fd_id.api"
      ${revive}`),
    cause:
      /^release release settings: files that the live release starts with were changed by hand/,
  },
  {
    name: 'Node.js missing',
    inject: hide('/opt/node/20.20.2'),
    heal: unhide('/opt/node/20.20.2'),
    cause: /^release runtime: Node\.js 20\.20\.2, on which the live release runs, is gone/,
  },
  {
    name: 'another version of Node.js',
    inject: sh`
      mv /opt/node/20.20.2/bin/node /opt/node/20.20.2/bin/node.hidden
      printf '#!/bin/sh\necho v18.1.0\n' >/opt/node/20.20.2/bin/node
      chmod +x /opt/node/20.20.2/bin/node`,
    heal: unhide('/opt/node/20.20.2/bin/node'),
    cause:
      /^release runtime: the live release was built for Node\.js 20\.20\.2, and the host has 18\.1\.0/,
  },
  {
    name: 'checkout dirty',
    inject: sh`
      cp -p /srv/shop/current/jobs.js /run/jobs.kept
      echo '// by hand' >>/srv/shop/current/jobs.js`,
    heal: sh`cp -p /run/jobs.kept /srv/shop/current/jobs.js`,
    cause: /^release release code: files of the live release were changed by hand/,
  },
  {
    name: 'half a deployment left',
    inject: sh`
      echo '{}' >/srv/shop/shared/deploying
      mkdir /srv/shop/releases/20260101-000000-abcdef0`,
    heal: sh`
      rm /srv/shop/shared/deploying
      rmdir /srv/shop/releases/20260101-000000-abcdef0`,
    cause: /^release release: a deployment runs, or was cut off/,
  },
  {
    name: 'permissions wrong',
    inject: script(sh`chmod 0000 "/srv/shop/releases/$fd_id"`),
    heal: script(sh`chmod 0750 "/srv/shop/releases/$fd_id"`),
    cause: /^release release permissions: the user shop cannot use the live release/,
  },
  {
    name: 'worker down',
    inject: script(sh`supervisorctl stop "$fd_jobs" >/dev/null`),
    heal: script(sh`supervisorctl start "$fd_jobs" >/dev/null`),
    cause: /^supervisor jobs: STOPPED/,
  },
  {
    name: 'scheduled job failing',
    inject: sh`
      ${tell('report')}
      systemctl start "$(systemctl list-unit-files --no-legend '*report.service' | awk '{ print $1; exit }')" 2>/dev/null || :`,
    heal: sh`
      ${untell('report')}
      systemctl start "$(systemctl list-unit-files --no-legend '*report.service' | awk '{ print $1; exit }')"`,
    cause: /^release scheduled job report: .*failed with exit status 5/,
  },
  {
    name: 'backup too old',
    inject: sh`
      fd_last=$(echo /var/*/*/*/last /var/backups/*/last | tr ' ' '\n' | grep shop | xargs ls 2>/dev/null | head -n 1)
      cp -p "$fd_last" /run/last.kept
      printf '%s\n' "$fd_last" >/run/last.path
      sed -i "s/ 20[0-9-]*T/ 2026-01-01T/" "$fd_last"`,
    heal: sh`cp -p /run/last.kept "$(cat /run/last.path)"`,
    cause: /^postgres backup: the newest backup is \d+ days old/,
  },
  {
    name: 'maintenance page on',
    inject: (host) => host.command('maintenance', '--on'),
    heal: (host) => host.command('maintenance', '--off'),
    cause: /^nginx maintenance page: on since/,
  },
  {
    name: "release not the branch's",
    inject: (host) => Promise.resolve(host.repository.commit('Sell more')),
    heal: (host) => Promise.resolve(host.repository.git('reset', '--hard', '--quiet', 'HEAD~')),
    cause: /^release branch: main is at [0-9a-f]{10} "Sell more", and [0-9a-f]{10} is live/,
  },
  {
    name: 'firewall closes 443',
    inject: (host) =>
      host.inNetwork(
        'nft',
        'add table inet closed; add chain inet closed in { type filter hook input priority 0; }; add rule inet closed in iifname != "lo" tcp dport 443 drop',
      ),
    heal: (host) => host.inNetwork('nft', 'delete table inet closed'),
    cause:
      /^client port 443 of shop\.test: no connection gets through to port 443, though nginx runs: a firewall is in the way/,
  },
];

/** The host is not the same after them: a container goes on counting what the kernel has killed. */
export const LASTING_FAULTS: readonly Fault[] = [
  {
    name: 'memory exhausted',
    inject: async (host) => {
      await host.limitMemory(700_000_000);
      await host.run(
        script(sh`
          ${tell('eat')}
          fd_restart
          fd_wait 'tail -n 12 /var/log/supervisor/supervisord.log | grep -q "exited: api (terminated by SIGKILL"'
          ${untell('eat')}
          fd_wait fd_well`),
      );
    },
    heal: async (host) => {
      await host.limitMemory(undefined);
      await host.run(revive);
    },
    cause: /^hosts memory: the kernel killed/,
  },
];
