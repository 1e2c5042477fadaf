import {
  colourFolder,
  findColour,
  forEachProgram,
  layoutOf,
  maintenanceFlag,
  type Release,
  type PluginStep,
} from '@fairness-deploy/release';
import { type Application } from '@fairness-deploy/core';
import type { Text } from '@fairness-deploy/shell/secret';
import { deadline, fail, lines, notice, sh, type Script } from '@fairness-deploy/shell';
import { askUntil, questionsTo } from './ask-until.js';
import { loadUpstreams, loadUpstreamsOfFree } from './colour-file.js';
import { WORKER } from './front.js';
import { greenIsLive } from './green.js';
import type { Section, SiteSection } from '../section/section.js';
import { forEachRoute } from './routes-file.js';
import { staticSteps } from './static-steps.js';
import { staticTrees } from './static-tree.js';

/** For how many seconds nginx is asked for an answer of each process and site. */
const ANSWER_TIMEOUT_SECONDS = 10;

/**
 * nginx reads the `live` link on every request, so switching needs no reload (docs/adr/0008). These
 * steps check that it does, copy the static files, load where the release listens if that has changed,
 * and wait for open requests to finish.
 */
export function releaseSteps(
  application: Application,
  sites: Readonly<Record<string, SiteSection>>,
  { drainTimeout }: Pick<Section, 'drainTimeout'>,
  release: Release,
): readonly PluginStep[] {
  const layout = layoutOf(application);
  return [
    ...staticSteps(application, release),
    {
      phase: 'check',
      name: 'prepare nginx',
      run: sh`
        systemctl is-active --quiet nginx || ${fail('Cannot move traffic: nginx does not run', 'see: systemctl status nginx')}
        ${seesTheLink(application)}
        ${findColour(layout, release)}
        ${loadUpstreams(application, 'fd_colour')}
        ${loadUpstreamsOfFree(application, 'fd_colour')}`,
      // Runs after traffic has returned, and before the release is stopped.
      undo: sh`
        ${findColour(layout, release, sh`exit 0`)}
        ${drain(application, 'fd_colour', drainTimeout)}`,
    },
    {
      phase: 'confirm',
      name: 'confirm through nginx',
      run: sh`
        if [ -f ${maintenanceFlag(application)} ]; then
          echo ${notice('The maintenance page is on: the release was not checked through nginx')}
          exit 0
        fi
        ${confirm(application, sites, release)}`,
    },
    {
      phase: 'drain',
      name: 'drain',
      run: sh`
        ${findColour(layout, release)}
        ${drain(application, 'fd_other', drainTimeout)}`,
    },
  ];
}

/** nginx takes a link that it can't follow for a missing one: all traffic would stay with blue. */
function seesTheLink(application: Application): Script {
  const layout = layoutOf(application);
  const seen = greenIsLive({ live: colourFolder(layout, 'green') });
  return sh`
    setpriv --reuid=${WORKER} --regid=${WORKER} --clear-groups test -f ${seen} ||
      ${fail(`Cannot move traffic: ${WORKER}, as whom nginx works, does not see ${seen}`, `give it the right to pass through its folders: namei -l ${seen}`)}`;
}

/**
 * Waits until nginx has no connection to the processes of a colour: each open request has one, as
 * none is kept for later requests. Connections of other programs, such as of a client to its API,
 * do not count.
 */
function drain(application: Application, colour: string, seconds: number): Script {
  return sh`
    fd_ports='' fd_sockets=''
    ${forEachProgram(
      layoutOf(application),
      colour,
      sh`
        case $fd_address in
          '') ;;
          /*) fd_sockets="\${fd_sockets:+$fd_sockets or }src $fd_address" ;;
          *) fd_ports="\${fd_ports:+$fd_ports or }dst 127.0.0.1:$fd_address" ;;
        esac`,
    )}
    # shellcheck disable=SC2046
    # By their numbers: any process can call itself nginx.
    fd_nginx() {
      fd_main=$(systemctl show -p MainPID --value nginx)
      grep -e "pid=$fd_main," $(pgrep -P "$fd_main" | sed 's/.*/-e pid=&,/')
    }
    fd_under_way() {
      {
        [ -z "$fd_ports" ] || ss -Htnp state connected "( $fd_ports )" | fd_nginx || :
        # The inode of a socket's other end comes last, or before its processes, when ss shows
        # these.
        [ -z "$fd_sockets" ] || {
          ss -Hx state connected "( $fd_sockets )"
          ss -Hxp state connected | fd_nginx
        } | awk '$NF !~ /^users:/ { ends[$NF]; next } $(NF - 3) in ends'
      } | grep -c .
    }
    ${deadline(seconds)}
    fd_said=
    while fd_count=$(fd_under_way); do
      if fd_is_over; then
        printf 'Ending %s requests that are under way after %s s\n' "$fd_count" ${seconds}
        break
      fi
      if [ "$fd_count" != "$fd_said" ]; then
        printf ${notice('Waiting for %s requests that are under way')}'\n' "$fd_count"
        fd_said=$fd_count
      fi
      sleep 0.1
    done`;
}

/**
 * Asks each site for the health of the processes and for the files that the release shows there, as a
 * browser would reach them.
 */
function confirm(
  application: Application,
  sites: Readonly<Record<string, SiteSection>>,
  release: Release,
): Script {
  // Only the project knows what its own template answers.
  const asked = Object.entries(sites).filter(([, { template }]) => template === undefined);
  const tree = `${staticTrees(layoutOf(application))}/${release.id}`;
  return sh`
    ${askUntil(
      ANSWER_TIMEOUT_SECONDS,
      sh`
      case "$fd_kind $fd_status" in
        # The same was answered well without nginx.
        'process '[1-4]??) fd_hint="the application may refuse this name, or redirect it; add the name to those that it accepts. See: curl -i -H 'Host: $3' '$2'" ;;
        *) fd_hint='see: tail /var/log/nginx/error.log' ;;
      esac
      printf 'Cannot confirm %s: asked through nginx, %s (Host: %s) answers %s, not %s\n  → %s\n' "$1" "$2" "$3" "$fd_status" "$4" "$fd_hint" >&2
      exit 1`,
    )}
    fd_confirm() {
      case $fd_kind in
        process) fd_asked=$fd_2 fd_what="$fd_1 at $fd_path" ;;
        shared) return 0 ;;
        *)
          [ -f ${tree}/own/"$fd_1\${fd_2%/}"/index.html ] || return 0
          fd_asked=\${fd_path%/}/ fd_3=200 fd_what="the files at $fd_path"
          ;;
      esac
      [ "$fd_asked" = - ] || ! fd_is_shown "\${fd_asked%%\?*}" ||
        fd_ask "$fd_what of the site $1" "$2$fd_asked" "$3" "$fd_3" </dev/null
    }
    ${lines(...asked.map(([name, site]) => confirmSite(application, release, name, site)))}`;
}

/** A site shows its own routes, if the release has some of it, or else those of the application. */
function confirmSite(
  application: Application,
  release: Release,
  name: string,
  site: SiteSection,
): Script {
  const { redirects, basicAuth = {} } = site;
  const { setPin, origin, host } = questionsTo(name, site);
  const [login] = Object.entries(basicAuth);
  const away = Object.keys(redirects).map((from) =>
    from.endsWith('/*') ? sh`${from.slice(0, -1)}*) return 1 ;;` : sh`${from}) return 1 ;;`,
  );
  return sh`
    fd_login=${login ? curlLogin(...login) : ''}
    ${setPin}
    # A redirect answers in place of the release.
    fd_is_shown() {
      case $1 in
        ${lines(...away)}
        *) ;;
      esac
    }
    fd_of=${site.routes === undefined ? '-' : ''}
    ${forEachRoute(application, release.id, sh`[ "$fd_site" != ${name} ] || fd_of=${name}`)}
    ${forEachRoute(
      application,
      release.id,
      sh`
      [ "$fd_site" != "$fd_of" ] || fd_confirm ${name} ${origin} ${host}`,
    )}`;
}

/** In the form of curl's configuration (curl(1), --config). */
function curlLogin(name: string, password: Text): Text {
  return password.mapWhole((text) => `user = "${`${name}:${text}`.replaceAll(/["\\]/g, '\\$&')}"`);
}
