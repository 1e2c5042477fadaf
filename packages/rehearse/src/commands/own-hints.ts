/** Hints of a rehearsal that name a command for the real hosts: who follows them contacts prod. */
import type { Reporter, ReportEvent } from '@fairness-deploy/core/commands';

/** Commands that contact no real host. */
const LOCAL = /^(?:rehearse|secrets(?:-.*)?)$/;

/** Says beside each such hint whom its command contacts, and where to look instead. */
export function withOwnHints(reporter: Reporter, environment: string): Reporter {
  return {
    report(event) {
      reporter.report(withOwnHint(event, environment));
    },
  };
}

function withOwnHint(event: ReportEvent, environment: string): ReportEvent {
  if (event.type !== 'failure' && event.type !== 'check' && event.type !== 'host-ended') {
    return event;
  }
  // What a host prints has hints of its own.
  const details = event.type === 'failure' ? event.details : undefined;
  const { hint } = event;
  const [command] = commandsIn(`${hint ?? ''}\n${details ?? ''}`, environment);
  if (command === undefined) return event;
  const own = `in a rehearsal, ${environment}:${command} is for the real hosts; look at the disposable ones: npx nx run ${environment}:rehearse --keep`;
  return { ...event, hint: hint === undefined ? own : `${hint}\n${own}` };
}

function commandsIn(text: string, environment: string): readonly string[] {
  const named = [...text.matchAll(/\bnx run ([a-z][a-z0-9-]*):([a-z][a-z0-9-]*)/g)];
  return named.flatMap(([, of, command = '']) =>
    of === environment && !LOCAL.test(command) ? [command] : [],
  );
}
