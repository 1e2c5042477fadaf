import { sh, type Script } from '@fairness-deploy/shell';
import { script, type Fault } from './fault.js';

/** Tells the programs of the application what to do: see writeShop(). */
const tell = (what: string): Script => sh`
  mkdir -p /run/shop
  touch ${`/run/shop/${what}`}`;
const untell = (what: string): Script => sh`rm -f ${`/run/shop/${what}`}`;

/** The API runs and answers again. */
const revive = script(sh`
  # Supervisor says that it stopped one that runs: so older ends do not count.
  fd_restart
  fd_restart
  fd_wait fd_well`);

/** The API does not run, and Supervisor starts it again and again, or has given up. */
const dead = sh`fd_wait 'fd_state "$fd_api" | grep -qE "BACKOFF|FATAL"'`;

/** What may go wrong with processes, and with Supervisor. */
export const PROCESS_FAULTS: readonly Fault[] = [
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
