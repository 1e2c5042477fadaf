import { sh, waitUntil, type Script } from '@fairness-deploy/shell';

/** The most seconds that one answer may take. */
const ONE_ANSWER_TIMEOUT_SECONDS = 10;

/**
 * Defines `fd_ask <name> <url> <host> <status>`: asks nginx for a URL of what messages call by this name,
 * until it answers with the status. `$fd_login`, if it is set, is a login in the form of curl's
 * configuration.
 *
 * @param seconds for how long it is asked again
 * @param otherwise runs when the time is over; must leave the function. `$fd_status` is nginx's
 *   answer, `nothing` without one.
 */
export function askUntil(seconds: number, otherwise: Script): Script {
  return sh`
    fd_ask() {
      ${waitUntil({
        until: sh`
          fd_status=$(printf '%s\n' "\${fd_login-}" | curl --config - --silent --globoff --noproxy '*' --output /dev/null --write-out '%{http_code}' --max-time ${ONE_ANSWER_TIMEOUT_SECONDS} --header "Host: $3" -- "$2") || :
          [ "$fd_status" = "$4" ]`,
        ...{ seconds, pause: 0.2 },
        otherwise: sh`
          [ "$fd_status" != 000 ] || fd_status=nothing
          ${otherwise}`,
      })}
    }`;
}
