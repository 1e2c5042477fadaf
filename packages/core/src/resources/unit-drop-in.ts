import { posix } from 'node:path';
import { HintedError } from '@fairness-deploy/shell/text';
import type { Resource } from '../resource/resource.js';
import { fail, sh } from '@fairness-deploy/shell';
import { defineLiveFile, type LiveFileContent } from '../resource-parts/define-live-file.js';
import { UNITS } from '../resource-parts/own-unit.js';
import { MANAGED_NOTE } from '../resource-parts/managed-note.js';
import { directory } from './directory.js';

/** Settings of ours for a systemd unit that a package installs (systemd.unit(5), drop-in files). */
export interface UnitDropIn extends LiveFileContent {
  /** `nginx`: a service's name. */
  readonly service: string;
}

const NAME = 'fairness-deploy.conf';

/**
 * Settings with which systemd starts a service again within seconds whenever it ends, for any
 * reason and without limit (systemd.service(5), systemd.unit(5)). Further lines belong to
 * [Service].
 */
export const RESTART_ALWAYS = `# ${MANAGED_NOTE}
[Unit]
# Try without limit: the obstacle may go away.
StartLimitIntervalSec=0

[Service]
Restart=always
RestartSec=1
`;

/**
 * A drop-in file that systemd has read. Running processes continue: the settings hold from then on.
 */
const dropInFile = defineLiveFile<Pick<UnitDropIn, 'service'>>({
  type: 'unit-drop-in',
  name: ({ service }) => service,
  check({ service }) {
    if (/^[A-Za-z0-9][A-Za-z0-9:_.@-]{0,200}$/.test(service)) return;
    throw new HintedError(
      `Cannot use ${JSON.stringify(service)} as the name of a systemd service`,
      {
        hint: 'Write it as systemctl list-units shows it, without .service: nginx',
      },
    );
  },
  live({ service }) {
    const path = dropInPath(service);
    return {
      path,
      check: () => sh`:`,
      load: sh`
        systemctl daemon-reload
        [ -e ${path} ] || exit 0
        case " $(systemctl show -p DropInPaths --value -- ${`${service}.service`}) " in
          *" "${path}" "*) ;;
          *) ${fail(`Cannot set up ${service}: systemd does not read ${path}`, `see: systemctl cat ${service}`)} ;;
        esac`,
    };
  },
  owns: ({ service }) => [{ kind: 'unit-drop-in', name: service }],
  follows: ({ service }) => ['apt:packages', `directory:${posix.dirname(dropInPath(service))}`],
});

/** That a service has no drop-in file of ours any more, and systemd knows. */
export function noUnitDropIn({ service }: Pick<UnitDropIn, 'service'>): Resource {
  return dropInFile({ service }, { ensure: 'absent' });
}

/** A service's drop-in file, with its folder. */
export function unitDropIn(
  spec: UnitDropIn,
  { after }: { readonly after: readonly Resource[] },
): readonly Resource[] {
  const folder = directory({ path: posix.dirname(dropInPath(spec.service)) }, { after });
  return [folder, dropInFile(spec, { after: [folder, ...after] })];
}

/** The drop-in file of a service. */
export function dropInPath(service: string): string {
  return `${UNITS}/${service}.service.d/${NAME}`;
}
