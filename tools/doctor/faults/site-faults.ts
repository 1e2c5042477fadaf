import { sh, type Script } from '@fairness-deploy/shell';
import { hide, unhide, type Fault } from './fault.js';

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

/** What may go wrong with nginx, with certificates, and on the way to the host. */
export const SITE_FAULTS: readonly Fault[] = [
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
    name: 'maintenance page on',
    inject: (host) => host.command('maintenance', '--on'),
    heal: (host) => host.command('maintenance', '--off'),
    cause: /^nginx maintenance page: on since/,
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
