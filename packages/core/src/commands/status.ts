import { framed } from '../engine/framed.js';
import { collect } from '../engine/collect.js';
import { lines, sh, type Script } from '../script/sh.js';
import { LOCK } from '../state-folder.js';
import { each, endHost, onHosts } from './on-hosts.js';
import { statusesOf, type ExitCode, type Run } from './run.js';

/** Tells of a job that runs now, as its lock does; says nothing when there is none. */
const JOB: Script = sh`
  if [ -e ${LOCK} ] && ! flock -n ${LOCK} true; then
  { read -r fd_what && read -r fd_who && read -r fd_since; } <${LOCK} || :
  printf 'a job runs: %s, of %s, since %s\n' "$fd_what" "$fd_who" "$fd_since"
  fi`;

/** Shows what runs on each host, as each plugin tells it. One round trip a host. */
export async function status(run: Run): Promise<ExitCode> {
  const told = await onHosts(run, 'go-on', (hosts) =>
    each(run, hosts, async (open) => {
      const { host, connection } = open;
      const sections = statusesOf(run, host);
      const records = await collect(connection, (nonce) =>
        lines(
          framed(nonce, 'job', JOB),
          ...sections.map(({ name, script }) => framed(nonce, name, script)),
        ),
      );
      const job = records.get('job')?.output.trim() ?? '';
      if (job !== '') run.reporter.report({ type: 'notice', host: host.name, text: job });
      const failed = sections.filter(({ name }) => records.get(name)?.status !== 0);
      for (const { name } of sections) {
        const text = records.get(name)?.output.trimEnd() ?? '';
        run.reporter.report({
          type: 'notice',
          host: host.name,
          text: `${name}:\n${text.replaceAll(/^/gm, '  ')}`,
        });
      }
      endHost(run, open, {
        outcome: failed.length === 0 ? 'unchanged' : 'failed',
        summary:
          failed.length === 0
            ? 'all well'
            : `not well: ${failed.map(({ name }) => name).join(', ')}`,
      });
      return failed.length === 0;
    }),
  );
  return told?.length === run.environment.hosts.length && told.every(({ value }) => value) ? 0 : 1;
}
