import { HintedError } from '@fairness-deploy/shell/text';
import { fail, sh, type Script } from '@fairness-deploy/shell';
import { defineResource } from '../resource/define-resource.js';
import {
  FIREWALL_TABLE,
  firewallTable,
  rulesIn,
  SSH_PORTS,
  type FirewallRule,
} from '../resource-parts/firewall-rules.js';
import { MANAGED_NOTE } from '../resource-parts/managed-note.js';
import { fullOwnership } from '../resource-parts/ownership.js';
import { splitPath } from '../resource-parts/path.js';
import { UNITS } from '../resource-parts/own-unit.js';
import { FIND_SSH_PORTS } from '../resource-parts/ssh-ports.js';
import { stageAndRename } from '../resource-parts/stage.js';
import { onTrial, PRINT_TRIAL, trialIn, type Trial } from '../resource-parts/trial.js';

/** The identity of the firewall: a host has one. */
export interface FirewallIdentity {
  /** The environment whose firewall it is. Undefined: whichever. */
  readonly environment?: string;
}

/** A firewall for incoming traffic. */
export interface FirewallSpec extends FirewallIdentity {
  readonly environment: string;
  /** What gets in; all else is dropped. */
  readonly rules: readonly FirewallRule[];
}

interface State {
  /** The live rules, one a line. */
  readonly rules: string;
  /** What the host loads when it boots. */
  readonly 'at boot': 'these rules' | 'other rules' | 'no rules';
}

/** What nft(8) loads at boot. */
export const FIREWALL_FILE = '/etc/fairness-deploy/firewall.nft';

/** The name of the thing that an environment owns. */
export const FIREWALL_NAME = FIREWALL_TABLE;

const UNIT_NAME = 'fairness-deploy-firewall.service';
const UNIT = `${UNITS}/${UNIT_NAME}`;
const ENABLED = `${UNITS}/sysinit.target.wants/${UNIT_NAME}`;
const OWNERSHIP = fullOwnership({}, '0644');
const ADDRESS = 'firewall:host';
const OF = '# Of the environment ';

/**
 * After nftables.service, whose file flushes all tables, and again whenever that loads. It keeps the rules at
 * shutdown; `systemctl stop` removes them.
 */
const UNIT_TEXT = `# ${MANAGED_NOTE}
[Unit]
Description=Firewall of fairness-deploy
DefaultDependencies=no
After=nftables.service fairness-deploy-trial.service
Before=network-pre.target
Wants=network-pre.target
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service
RequiresMountsFor=${FIREWALL_FILE}
ConditionPathExists=${FIREWALL_FILE}

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f ${FIREWALL_FILE}
ExecReload=/usr/sbin/nft -f ${FIREWALL_FILE}
ExecStop=-/usr/sbin/nft delete table ${FIREWALL_TABLE}

[Install]
WantedBy=sysinit.target
`;

/** Replaces the table as a whole, in one transaction: there is no moment without rules. */
const REPLACE = `table ${FIREWALL_TABLE}\ndelete table ${FIREWALL_TABLE}\n`;

/** Prints the live table of the firewall, as nft(8) lists it; nothing when there is none. */
export const PRINT_LIVE_FIREWALL: Script = sh`
  [ ! -x /usr/sbin/nft ] || /usr/sbin/nft -s list table ${FIREWALL_TABLE.split(' ')} 2>/dev/null || :`;

/** Prints the text of the file, for the ports in `fd_ports`. */
function printFile({ environment, rules }: FirewallSpec): Script {
  const text = `# ${MANAGED_NOTE}\n${OF}${environment}\n${REPLACE}${firewallTable(rules)}`;
  return sh`printf '%s' ${text} | sed "s/"${SSH_PORTS}"/$fd_ports/"`;
}

function isWhole(spec: FirewallIdentity & Partial<FirewallSpec>): spec is FirewallSpec {
  return spec.rules !== undefined;
}

/** Compares with the rules as this very nft(8) lists them, in a network of their own (unshare(1)). */
function compare(spec: FirewallSpec): Script {
  return sh`
    fd_wanted=$(${printFile(spec)})
    printf 'ports %s\n' "$fd_ports"
    if [ -n "$fd_live" ]; then
      fd_listed=$(printf '%s\n' "$fd_wanted" | unshare --net sh -c 'nft -f - && nft -s list table '${FIREWALL_TABLE}) ||
        ${fail('Cannot compare the rules of the firewall: the host refuses them, see above')}
      [ "$fd_listed" != "$fd_live" ] || echo same
    fi
    if printf '%s\n' "$fd_wanted" | cmp -s -- - ${FIREWALL_FILE}; then echo 'file same'; fi
    if [ -L ${ENABLED} ] && printf '%s' ${UNIT_TEXT} | cmp -s -- - ${UNIT}; then echo 'unit same'; fi`;
}

/** What `read` prints before the listing. */
interface Printed {
  readonly lines: readonly string[];
  readonly live: string;
}

function partsOf(output: string): Printed {
  const at = output.indexOf('live\n');
  return { lines: output.slice(0, at).split('\n'), live: output.slice(at + 'live\n'.length) };
}

function after(lines: readonly string[], word: string): string | undefined {
  return lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1);
}

/** @throws HintedError when another program looks after the host's firewall, or another environment. */
function refuseOthers(lines: readonly string[], environment: string | undefined): void {
  const other = after(lines, 'other');
  if (other !== undefined && environment !== undefined) {
    throw new HintedError(
      `Cannot set up the firewall: ${other} is active on this host, and would undo or contradict it`,
      {
        hint: `Turn it off first: ${other === 'ufw' ? 'ufw disable' : `systemctl disable --now ${other}`}; or leave server.firewall out, and let ${other} do it`,
      },
    );
  }
  const owner = after(lines, 'of');
  if (environment !== undefined && owner !== undefined && owner !== environment) {
    throw new HintedError(
      `Cannot set up the firewall: on this host, it is the one of the environment "${owner}"`,
      { hint: 'Keep server.firewall in one of the two, with all that both need' },
    );
  }
}

/** Turns the ports of sshd into the word, as the wanted rules have it. */
function withWord(listing: string, ports: string | undefined): string {
  return ports === undefined ? listing : listing.replaceAll(` dport ${ports} `, ' dport ssh ');
}

function shownRules(rules: readonly FirewallRule[]): string {
  return rulesIn(firewallTable(rules).replaceAll(SSH_PORTS, 'ssh'));
}

const trial: Omit<Trial, 'change' | 'restore'> = {
  address: ADDRESS,
  what: 'the firewall',
  old: 'the old rules',
  paths: [FIREWALL_FILE, UNIT, ENABLED],
  save: sh`/usr/sbin/nft list table ${FIREWALL_TABLE.split(' ')} >"$fd_trial/live" 2>/dev/null || :`,
  hint: 'Allow ssh from where this client comes: { port: ssh, from: <its address> } in server.firewall.allow; then run provision again',
};

const RESTORE: Script = sh`
  rmdir -- ${splitPath(FIREWALL_FILE).folder} 2>/dev/null || :
  if [ -s "$fd_trial/live" ]; then
    { printf '%s' ${REPLACE}; cat -- "$fd_trial/live"; } | /usr/sbin/nft -f -
  elif [ -x /usr/sbin/nft ] && /usr/sbin/nft list table ${FIREWALL_TABLE.split(' ')} >/dev/null 2>&1; then
    /usr/sbin/nft delete table ${FIREWALL_TABLE.split(' ')}
  fi
  if fd_is_up; then
    systemctl daemon-reload
    [ -e ${UNIT} ] || systemctl stop -- ${UNIT_NAME} 2>/dev/null || :
  fi`;

const recordedFirewall = defineResource<
  FirewallSpec,
  State,
  FirewallIdentity & Partial<FirewallSpec>
>({
  type: 'firewall',
  name: () => 'host',
  onTrial: true,
  read: (spec) => sh`
    ${PRINT_TRIAL}
    if [ -x /usr/sbin/ufw ] && grep -qsx 'ENABLED=yes' /etc/ufw/ufw.conf; then echo 'other ufw'; fi
    if systemctl is-active --quiet firewalld.service; then echo 'other firewalld'; fi
    sed -n 's/^'${OF}'/of /p' ${FIREWALL_FILE} 2>/dev/null || :
    fd_live=$(${PRINT_LIVE_FIREWALL})
    [ ! -e ${FIREWALL_FILE} ] || echo 'file there'
    [ ! -e ${UNIT} ] || echo 'unit there'
    ${
      isWhole(spec)
        ? sh`
          ${FIND_SSH_PORTS}
          printf 'client %s\n' "\${fd_ssh%% *}"
          ${compare(spec)}`
        : sh`:`
    }
    printf 'live\n%s' "$fd_live"`,
  parse(output, spec) {
    const { onTrial: tried, rest } = trialIn(output);
    if (tried !== undefined) {
      throw new HintedError(`Cannot tell the state of the firewall: ${tried} is on trial`, {
        hint: 'Try again in a minute: the trial has ended then',
      });
    }
    const { lines, live } = partsOf(rest);
    refuseOthers(lines, spec.environment);
    if (live === '' && !lines.includes('file there') && !lines.includes('unit there')) {
      return undefined;
    }
    const isAtBoot = lines.includes('file same') && lines.includes('unit same');
    const loads = lines.includes('file there') && lines.includes('unit there');
    const found = rulesIn(withWord(live, after(lines, 'ports')));
    const wanted = isWhole(spec) ? shownRules(spec.rules) : '';
    return {
      // The words of the two can be alike where the tables are not.
      rules: lines.includes('same')
        ? wanted
        : found === wanted
          ? `${found}in another form\n`
          : found,
      'at boot': isAtBoot ? 'these rules' : loads ? 'other rules' : 'no rules',
    };
  },
  desired: ({ rules }) => ({ rules: shownRules(rules), 'at boot': 'these rules' }),
  owns: () => [{ kind: 'firewall', name: FIREWALL_NAME }],
  write: (spec) =>
    onTrial({
      ...trial,
      change: sh`
        ${FIND_SSH_PORTS}
        mkdir -p -- ${splitPath(FIREWALL_FILE).folder}
        (
        ${stageAndRename({ path: FIREWALL_FILE, ownership: OWNERSHIP, print: printFile(spec), validate: (staged) => sh`/usr/sbin/nft -c -f ${staged}` })}
        )
        (
        ${stageAndRename({ path: UNIT, ownership: OWNERSHIP, print: sh`printf '%s' ${UNIT_TEXT}` })}
        )
        systemctl daemon-reload
        systemctl enable --quiet -- ${UNIT_NAME}
        systemctl reload-or-restart -- ${UNIT_NAME}
        # Somebody has stopped the unit, or removed the table.
        /usr/sbin/nft -f ${FIREWALL_FILE}`,
      restore: RESTORE,
    }),
  remove: () =>
    onTrial({
      ...trial,
      change: sh`
        systemctl disable --quiet --now -- ${UNIT_NAME} 2>/dev/null || :
        rm -f -- ${UNIT} ${ENABLED} ${FIREWALL_FILE}
        rmdir -- ${splitPath(FIREWALL_FILE).folder} 2>/dev/null || :
        systemctl daemon-reload
        [ ! -x /usr/sbin/nft ] || /usr/sbin/nft delete table ${FIREWALL_TABLE.split(' ')} 2>/dev/null || :`,
      restore: RESTORE,
    }),
  follows: () => ['apt:packages'],
});

/** A firewall by nftables: what is not allowed does not get in, and what goes out is free. */
export const firewall = recordedFirewall;
