/** The ways to see whether a program is well: each defines `fd_try` and `fd_reason`, see processCheck(). */
import { byColour, type Colour } from '../application/colour.js';
import { startPath } from '../application/layout.js';
import type { Program } from '../application/program.js';
import { scriptFolder, type Release } from '../application/release.js';
import { asUser, fail, sh, type Script } from '@fairness-deploy/shell';
import type { ReleaseSpec } from './release-spec.js';

/** The most seconds that one try may take. */
const TRY_TIMEOUT_SECONDS = 10;

/** The most bytes of a command's output that are shown. */
const OUTPUT_BYTES = 4096;

/** It must run. */
export const RUNS_QUESTION: Script = sh`
  fd_try() {
    fd_ended=''
    fd_runs || { fd_ended=1; return 1; }
  }
  fd_reason() { printf 'it does not run'; }`;

/**
 * It must answer a GET request. An answer alone is no proof: any user of the host can listen where
 * the program should. What listens must have the rights of the application's user and belong to the
 * process group that this deployment has started.
 */
export function requestQuestion(
  spec: Pick<ReleaseSpec, 'application' | 'release'>,
  program: Pick<Program, 'name' | 'health' | 'fastcgi'>,
): Script {
  const { application, release } = spec;
  const { name, health, fastcgi } = program;
  const { path = '/', status, deadline } = health;
  const longest = String(Math.min(TRY_TIMEOUT_SECONDS, deadline));
  return sh`
    command -v ss >/dev/null || ${fail(`Cannot check ${name}: the program ss is missing, which shows the listeners of a port`, 'provision first')}
    ${fastcgi ? askByFastcgi(release, fastcgi, path, longest) : askByHttp(path, longest)}
    ${listening(application.user)}
    fd_try() {
      fd_ended=''
      fd_status=$(fd_ask) || :
      fd_runs || { fd_ended=1; return 1; }
      fd_look
      [ "$fd_status" = ${status} ] && [ -n "$fd_own" ] && [ -z "$fd_foreign" ]
    }
    fd_reason() {
      if [ -n "$fd_foreign" ]; then
        fd_say_foreign
      elif [ "$fd_status" = 000 ]; then
        printf '%s does not answer' "$fd_url"
      elif [ "$fd_status" = ${status} ]; then
        printf '%s answers, though nothing of this release listens' "$fd_url"
      else
        printf '%s answers %s, not %s' "$fd_url" "$fd_status" ${status}
      fi
    }`;
}

/** Sets `fd_url`, and defines `fd_ask`, which prints the status of the answer; 000 without one. */
function askByHttp(path: string, seconds: string): Script {
  return sh`
    case $fd_address in
      /*) fd_url=http://localhost${path} ;;
      *) fd_url="http://127.0.0.1:$fd_address"${path} ;;
    esac
    fd_ask() {
      case $fd_address in
        /*) set -- --unix-socket "$fd_address" -- "$fd_url" ;;
        *) set -- -- "$fd_url" ;;
      esac
      curl --silent --globoff --noproxy '*' --output /dev/null --write-out '%{http_code}' --max-time ${seconds} "$@"
    }`;
}

/** The same, of a process that speaks FastCGI. An answer without a status is a good one (RFC 3875, 6.3.3). */
function askByFastcgi(
  { path: release }: Pick<Release, 'path'>,
  { root, index, scripts }: NonNullable<Program['fastcgi']>,
  path: string,
  seconds: string,
): Script {
  const folder = scriptFolder(release, root);
  const [before = '', query = ''] = path.split('?');
  // As nginx decides, see nginx.conf.ejs of nginx.
  const script = scripts === 'all' && /[^/]\.php$/.test(before) ? before : `/${index}`;
  const parameters = [
    ...['GATEWAY_INTERFACE=CGI/1.1', 'SERVER_PROTOCOL=HTTP/1.1', 'REQUEST_METHOD=GET'],
    ...[`SCRIPT_FILENAME=${folder}${script}`, `SCRIPT_NAME=${script}`, `DOCUMENT_ROOT=${folder}`],
    ...[`REQUEST_URI=${path}`, `QUERY_STRING=${query}`, 'REMOTE_ADDR=127.0.0.1'],
    ...['SERVER_NAME=localhost', 'HTTP_HOST=localhost'],
  ];
  return sh`
    command -v cgi-fcgi >/dev/null || ${fail('Cannot ask a process by FastCGI: the program cgi-fcgi is missing', 'provision first')}
    case $fd_address in
      /*) fd_at=$fd_address ;;
      *) fd_at=127.0.0.1:$fd_address ;;
    esac
    fd_url=$fd_at${path}
    fd_ask() {
      env -i PATH="$PATH" ${parameters} timeout ${seconds} cgi-fcgi -bind -connect "$fd_at" 2>/dev/null |
        head -c ${OUTPUT_BYTES} | tr -d '\r' | awk '
          NR == 1 { status = "200" }
          /^$/ { exit }
          tolower($1) == "status:" { status = $2 ~ /^[1-5][0-9][0-9]$/ ? $2 : "000" }
          END { printf "%s", status == "" ? "000" : status }'
    }`;
}

/**
 * Defines `fd_look`, which sets `fd_own` when the program listens at `$fd_address`, and `fd_foreign` to
 * a socket there that is not the program's; and `fd_say_foreign`, which prints whose that is.
 */
function listening(user: string): Script {
  return sh`
    fd_look() {
      fd_own='' fd_foreign=''
      for fd_socket in $(fd_listeners "$fd_address"); do
        if fd_is_held "$fd_socket" ${user} "$fd_group"; then fd_own=1; else fd_foreign=$fd_socket; fi
      done
    }
    fd_say_foreign() {
      # shellcheck disable=SC2046
      fd_holder=$(fd_holders "$fd_foreign" $(fd_processes) | head -n 1)
      printf 'on %s listens process %s (%s) of %s, which this deployment has not started' "$fd_address" "\${fd_holder:-?}" \
        "$(cat "/proc/$fd_holder/comm" 2>/dev/null)" "$(stat -c %U -- "/proc/$fd_holder" 2>/dev/null)"
    }`;
}

/** The command of its health check must succeed: with its variables, in its folder, as its user. */
export function commandQuestion(
  { application, layout, release }: ReleaseSpec,
  { name, health, addresses }: Pick<Program, 'name' | 'health' | 'addresses'>,
): Script {
  const longest = Math.min(TRY_TIMEOUT_SECONDS, health.deadline);
  const start = startPath(layout, release.id, name);
  const ask = (colour: Colour): Script =>
    asUser(
      application.user,
      sh`
      {
        fd_status=0
        timeout --kill-after=5 ${String(longest)} sh ${start} ${colour} check 2>&1 || fd_status=$?
        printf '\n%s' "$fd_status"
      } | tail -c ${OUTPUT_BYTES}`,
      TRY_TIMEOUT_SECONDS * 2,
    );
  return sh`
    ${addresses ? listening(application.user) : sh`:`}
    fd_ask() {
      ${byColour('fd_colour', ask)}
    }
    fd_try() {
      fd_ended=''
      fd_said=$(
        fd_ask
      ) || fd_said=
      fd_status=$(printf '%s' "$fd_said" | tail -n 1)
      fd_runs || { fd_ended=1; return 1; }
      ${addresses ? sh`fd_look` : sh`fd_own=1`}
      [ "$fd_status" = 0 ] && [ -n "$fd_own" ] && [ -z "$fd_foreign" ]
    }
    fd_reason() {
      if [ -n "$fd_foreign" ]; then fd_say_foreign; return; fi
      if [ "$fd_status" = 0 ]; then printf 'it does not listen on %s' "$fd_address"; return; fi
      printf 'the command of its health check ends with status %s%s' "\${fd_status:-unknown}" \
        "$(printf '%s' "$fd_said" | sed '$d' | grep . | tail -n 1 | sed 's/^/: /')"
    }`;
}
