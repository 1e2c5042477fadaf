import { sh, type Script } from '@fairness-deploy/shell';
import type { ShopHost } from '../shop-host.js';

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

/** Makes a change of a fault. */
export async function apply(host: ShopHost, change: Change): Promise<void> {
  await (typeof change === 'function' ? change(host) : host.run(change));
}

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

export const script = (body: Script): Script => sh`
  ${DEFINE}
  ${body}`;

/** Moves a file or a folder away, and back. */
export const hide = (path: string): Script => sh`mv ${path} ${`${path}.hidden`}`;
export const unhide = (path: string): Script => sh`mv ${`${path}.hidden`} ${path}`;
