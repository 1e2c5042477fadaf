import type { ReportEvent } from '../report/event.js';
import { subjectOf } from '../runner/judge-checks.js';
import type { Cause } from './causes.js';

/** A cause, for the report. */
export function causeEvent({ finding, explains }: Cause): Extract<ReportEvent, { type: 'cause' }> {
  const { host, section, name, layer, level, text, evidence, hint } = finding;
  return {
    ...{ type: 'cause', section, name, layer, level, text },
    ...(host !== undefined && { host }),
    ...(evidence && { evidence }),
    ...(hint !== undefined && { hint }),
    explains: explains.map((one) => `${subjectOf(one)}: ${one.text.split('\n')[0] ?? ''}`),
  };
}
