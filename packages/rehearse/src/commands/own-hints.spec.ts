import type { ReportEvent } from '@fairness-deploy/core/commands';
import { expect, it } from 'vitest';
import { withOwnHints } from './own-hints.js';

function reported(event: ReportEvent): ReportEvent | undefined {
  const events: ReportEvent[] = [];
  withOwnHints({ report: (one) => void events.push(one) }, 'prod').report(event);
  return events[0];
}
const OWN = (command: string) =>
  `in a rehearsal, prod:${command} is for the real hosts; look at the disposable ones: npx nx run prod:rehearse --keep`;

it('withOwnHints() says which commands contact the real hosts', () => {
  const failure = { type: 'failure', message: 'Cannot migrate' } as const;
  const logs = 'all output: npx nx run prod:logs --release 1';
  expect(reported({ ...failure, hint: logs })).toEqual({
    ...failure,
    hint: `${logs}\n${OWN('logs')}`,
  });
  const details = 'psql: no\n  → npx nx run prod:db-check says more';
  expect(reported({ ...failure, details })).toEqual({ ...failure, details, hint: OWN('db-check') });
});

it.each(['npx nx run prod:rehearse --keep', 'npx nx run prod:secrets-set', 'nx run web:build'])(
  'withOwnHints() leaves %s as it is',
  (hint) => {
    const failure = { type: 'failure', message: 'Cannot', hint } as const;
    expect(reported(failure)).toEqual(failure);
  },
);
