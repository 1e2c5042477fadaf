/** The names and addresses of an environment on a disposable host: they lead to the stage, or nowhere. */
import { isIP, isIPv4, isIPv6 } from 'node:net';
import { lines, sh, type Script } from '@fairness-deploy/shell';

/** The names and addresses that lead to a host of the stage. */
export interface Place {
  /** The address on the stage. */
  readonly address: string;
  /** The real ones: IP addresses and names. */
  readonly reals: readonly string[];
  /** Domains that it serves. */
  readonly domains: readonly string[];
}

/** Where a disposable host leads to. */
export interface Surroundings {
  readonly own: Place;
  readonly others: readonly Place[];
  /** Names and addresses of services that have no place on the stage. */
  readonly closed: readonly string[];
}

const FOLDER = '/opt/rehearsal';

/** A name without a place leads there: no host can have this address (RFC 1112, 4), and its route is closed. */
const NOWHERE = '240.0.0.1';

/** The last route to an address that counts. */
const LAST_METRIC = 4_000_000_000;

/**
 * Lets all real names and addresses lead to the stage. Services of the host itself do so before it has a network
 * of its own, each time it boots: an engine writes /etc/hosts anew, and routes end with the kernel. When a way
 * to the stage is missing, there is none at all. When the names can't be changed, the host powers off.
 */
export function closeHost(surroundings: Surroundings): Script {
  const files = {
    [`${FOLDER}/hosts`]: `${hostsLines(surroundings)}\n`,
    [`${FOLDER}/close`]: closing(surroundings).reveal(),
    [`${FOLDER}/lead`]: leading(surroundings).reveal(),
    '/etc/systemd/system/rehearsal-close.service': CLOSE_UNIT,
    '/etc/systemd/system/rehearsal-lead.service': LEAD_UNIT,
  };
  return sh`
    mkdir -p ${FOLDER}
    ${lines(...Object.entries(files).map(([path, text]) => sh`printf '%s' ${text} >${path}`))}
    chmod 0755 ${FOLDER}/close ${FOLDER}/lead
    ${FOLDER}/lead
    systemctl daemon-reload
    systemctl enable --quiet --now rehearsal-close.service rehearsal-lead.service`;
}

const CLOSE_UNIT = `[Unit]
Description=No way to the real hosts
DefaultDependencies=no
After=local-fs.target
Before=sysinit.target network-pre.target shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target
FailureAction=poweroff-force

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${FOLDER}/close

[Install]
WantedBy=sysinit.target
`;

/** A network may come late: until then, the ways are closed. */
const LEAD_UNIT = `[Unit]
Description=Ways to the other hosts of the rehearsal
After=network.target network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${FOLDER}/lead
Restart=on-failure
RestartSec=1

[Install]
WantedBy=multi-user.target
`;

/** The program that closes all ways to the real hosts. */
export function closing({ own, others, closed }: Surroundings): Script {
  const isElsewhere = outside({ own, others });
  const away = [...others.flatMap(({ reals }) => reals), ...closed].filter(isElsewhere);
  const v4 = [...new Set([NOWHERE, ...away.filter(isRoutable)])];
  const v6 = [...new Set([...own.reals, ...away].filter((real) => isIPv6(real) && real !== '::1'))];
  return sh`
    #!/bin/sh
    set -eu
    ${lines(
      ...own.reals
        .filter(isRoutable)
        .filter(isElsewhere)
        .map((real) => sh`ip address replace ${`${real}/32`} dev lo`),
    )}
    ${lines(
      ...v4.map((real) => sh`ip route replace unreachable ${`${real}/32`} metric ${LAST_METRIC}`),
    )}
    ${lines(
      ...v6.map(
        (real) => sh`
          # A host without IPv6 has no way, and takes no route.
          ip -6 route replace unreachable ${`${real}/128`} metric 1 2>/dev/null ||
            if ip -6 route get ${real} >/dev/null 2>&1; then exit 1; fi`,
      ),
    )}
    [ -e /etc/hosts ] || : >/etc/hosts
    fd_hosts=$(awk ${WITHOUT_OURS} ${FOLDER}/hosts /etc/hosts)
    # Not renamed: an engine mounts this file.
    [ "$fd_hosts" = "$(cat /etc/hosts)" ] || printf '%s\n' "$fd_hosts" >/etc/hosts
    `;
}

/** Puts the lines of the first file before those of the second one, which have no names of the first one then. */
const WITHOUT_OURS = [
  'FNR == NR { for (i = 2; i <= NF; i++) ours[tolower($i)] = 1; if (NF > 0) print; next }',
  '/^[ \\t]*(#|$)/ { print; next }',
  '{ sub(/#.*/, ""); left = ""; for (i = 2; i <= NF; i++) if (!(tolower($i) in ours)) left = left " " $i',
  'if (left != "") print $1 left }',
].join('\n');

/** The program that opens those to the stage. */
export function leading({ own, others }: Surroundings): Script {
  const isElsewhere = outside({ own, others });
  const ways = others.flatMap(({ address, reals }) =>
    reals
      .filter((real) => isRoutable(real) && isElsewhere(real) && !own.reals.includes(real))
      .map((real) => sh`ip route replace ${`${real}/32`} via ${address}`),
  );
  return sh`
    #!/bin/sh
    set -eu
    ${FOLDER}/close
    ${lines(...ways)}
    `;
}

/** A host of the stage may happen to have the address of a real one: its own way stays. */
function outside({ own, others }: Pick<Surroundings, 'own' | 'others'>): (real: string) => boolean {
  const stage = new Set([own, ...others].map(({ address }) => address));
  return (real) => !stage.has(real);
}

/** Not an address that every host has for itself. */
function isRoutable(address: string): boolean {
  return isIPv4(address) && !/^(?:127|0)\./.test(address);
}

/** Lines of /etc/hosts (hosts(5)): the first one with a name counts. */
function hostsLines({ own, others, closed }: Surroundings): string {
  const nowhere = { address: NOWHERE, reals: closed, domains: [] };
  return [own, ...others, nowhere]
    .map(({ address, reals, domains }) => {
      const names = [...new Set([...reals.filter(isName), ...domains])];
      return names.length === 0 ? '' : `${address}\t${names.join(' ')}`;
    })
    .filter((line) => line !== '')
    .join('\n');
}

/** Not a name that every host has for itself (RFC 6761, 6.3). */
function isName(real: string): boolean {
  return isIP(real) === 0 && !/^(?:.*\.)?localhost\.?$|^\//i.test(real);
}
