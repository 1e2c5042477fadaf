/**
 * The CA of a stage on its own host: Debian's pebble, an ACME server for tests, and its DNS. All users of this machine
 * may reach the host. What pebble lets everybody do (it gives away its keys) is on the loopback address; nginx lets those
 * change the DNS who have the token.
 */
import { EC_KEY, rootSettings, serverSettings } from '@fairness-deploy/sandbox';
import { sh, type Script } from '@fairness-deploy/shell';
import type { Secret } from '@fairness-deploy/shell/secret';

const FOLDER = '/opt/authority';

const LOOPBACK = '127.0.0.1';

const PORTS = { directory: 14_000, management: 15_000, dns: 8053, dnsManagement: 8055 } as const;

const START_TIMEOUT_SECONDS = 30;
const DAYS = 30;
const CERTIFICATE_DAYS = 90;

/** The names of the roots' files. */
export const ROOTS = {
  /** Signs the certificate of the ACME directory itself. */
  directory: `${FOLDER}/root.pem`,
  /** Signs what the CA issues. */
  issued: `${FOLDER}/issued.pem`,
} as const;

/** The URL of the ACME directory. */
export function directoryOf(address: string): string {
  return `https://${address}:${String(PORTS.directory)}/dir`;
}

/** The variable with the token, for {@link dnsHook}. */
export const TOKEN_VARIABLE = 'REHEARSAL_DNS_TOKEN';

/** The URL at which names and TXT records of the DNS are set. */
function dnsManagementOf(address: string): string {
  return `http://${address}:${String(PORTS.dnsManagement)}`;
}

/**
 * Installs the programs and starts them. For root, on a host of its own.
 *
 * @param token what changes the DNS from other hosts
 */
export function startAuthority(address: string, token: Secret): Script {
  const at = (port: number): string => `${LOOPBACK}:${String(port)}`;
  // It answers no challenge itself, and an unknown name has no address.
  const silent = ['-http01', '', '-https01', '', '-tlsalpn01', '', '-defaultIPv4', ''];
  return sh`
    set -eu
    export DEBIAN_FRONTEND=noninteractive
    # The package's own server has no part in it.
    systemctl mask --quiet nginx.service
    {
      apt-get -o DPkg::Lock::Timeout=600 update -qq
      apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends pebble nginx openssl curl
    } >/tmp/authority.log 2>&1 || {
      tail -n 20 /tmp/authority.log >&2
      exit 1
    }
    umask 077
    mkdir -p ${FOLDER}
    cd ${FOLDER}
    printf '%s' ${rootSettings('Root of a rehearsal')} >root.cnf
    printf '%s' ${serverSettings([address, LOOPBACK], 'ACME server of a rehearsal')} >server.cnf
    printf '%s' ${pebbleSettings(address)} >pebble.json
    printf ${frontSettings(address)} ${token} >front.conf
    set -- -x509 ${EC_KEY} -sha256 -days ${DAYS}
    {
      openssl req "$@" -config root.cnf -keyout root.key -out root.pem &&
        openssl req "$@" -config server.cnf -CA root.pem -CAkey root.key -keyout server.key -out server.pem
    } >openssl.log 2>&1 || {
      tail -n 20 openssl.log >&2
      exit 1
    }
    systemd-run --quiet --unit authority-dns pebble-challtestsrv -dns01 ${at(PORTS.dns)} \
      -management ${at(PORTS.dnsManagement)} ${silent} -defaultIPv6 ''
    systemd-run --quiet --unit authority --setenv PEBBLE_VA_NOSLEEP=1 --setenv PEBBLE_WFE_NONCEREJECT=0 \
      pebble -config ${`${FOLDER}/pebble.json`} -dnsserver ${at(PORTS.dns)}
    systemd-run --quiet --unit authority-front nginx -c ${`${FOLDER}/front.conf`}
    fd_end=$(($(date +%s) + ${START_TIMEOUT_SECONDS}))
    until curl -fsS --cacert root.pem -o issued.pem ${`https://${at(PORTS.management)}/roots/0`} 2>/dev/null &&
      curl -fsS --cacert root.pem -o /dev/null ${directoryOf(address)} 2>/dev/null &&
      curl -sS -o /dev/null ${dnsManagementOf(LOOPBACK)} 2>/dev/null &&
      curl -sS -o /dev/null ${dnsManagementOf(address)} 2>/dev/null; do
      if [ "$(date +%s)" -gt "$fd_end" ]; then
        journalctl --no-pager -n 20 -u authority -u authority-dns -u authority-front >&2
        exit 1
      fi
      sleep 0.1
    done`;
}

/** Lets a name lead to addresses in the DNS. For the host of the CA itself. */
export function addName(host: string, addresses: readonly string[]): Script {
  const record = JSON.stringify({ host, addresses });
  return sh`curl -fsS -o /dev/null -d ${record} ${`${dnsManagementOf(LOOPBACK)}/add-a`}`;
}

/**
 * A hook of Certbot that sets or clears a TXT record, a program for the hosts: see Certbot's guide,
 * Pre and Post Validation Hooks.
 */
export function dnsHook(address: string, action: 'set-txt' | 'clear-txt'): string {
  const value = action === 'set-txt' ? ',"value":"%s"' : '';
  const format = `{"host":"_acme-challenge.%s."${value}}`;
  return sh`
    #!/bin/sh
    set -eu
    # shellcheck disable=SC2059
    record=$(printf ${format} "$CERTBOT_DOMAIN" ${value === '' ? sh`` : sh`"$CERTBOT_VALIDATION"`})
    # On its standard input: all users of a host see command lines.
    printf 'header = "Authorization: Bearer %s"\n' "$REHEARSAL_DNS_TOKEN" |
      curl --config - -fsS -o /dev/null -d "$record" ${`${dnsManagementOf(address)}/${action}`}`.reveal();
}

/** Pebble's settings: its example is in /usr/share/doc/pebble/examples. */
function pebbleSettings(address: string): string {
  return JSON.stringify({
    pebble: {
      listenAddress: `${address}:${String(PORTS.directory)}`,
      managementListenAddress: `${LOOPBACK}:${String(PORTS.management)}`,
      certificate: `${FOLDER}/server.pem`,
      privateKey: `${FOLDER}/server.key`,
      ...{ httpPort: 80, tlsPort: 443, ocspResponderURL: '' },
      certificateValidityPeriod: CERTIFICATE_DAYS * 24 * 60 * 60,
    },
  });
}

/** A format with a place for the token. */
function frontSettings(address: string): string {
  const own = `${address}:${String(PORTS.dnsManagement)}`;
  const behind = `${LOOPBACK}:${String(PORTS.dnsManagement)}`;
  return [
    'daemon off; pid /run/authority-front.pid; error_log stderr; events {}',
    `http { access_log off; server { listen ${own}; location / {`,
    'if ($http_authorization != "Bearer %s") { return 403; }',
    `proxy_pass http://${behind}; } } }`,
    '',
  ].join('\n');
}
