import { printedError } from '@fairness-deploy/shell/text';
import type { RecordCollector } from './record-collector.js';

/** The output of a read, or why it failed. */
export type ScriptOutput = { readonly output: string } | { readonly failure: string };

/** The output of the framedRead() of a name. */
export function outputIn(records: RecordCollector, name: string): ScriptOutput {
  const record = records.get(name);
  if (record?.status === 0 && !record.truncated) return { output: record.output };
  const said = records.get(`${name}!`)?.output.trim() ?? '';
  if (said !== '') return { failure: said };
  return { failure: record?.truncated ? 'it printed more than can be taken in' : 'no answer' };
}

/**
 * The output of a read that must not fail.
 *
 * @param what names the read in the message: `the releases of web`
 * @throws HintedError when it failed, with the hint that it printed.
 */
export function requireOutput(read: ScriptOutput | undefined, what: string): string {
  if (read && 'output' in read) return read.output;
  throw printedError(`Cannot read ${what}: ${read?.failure ?? 'no answer'}`);
}
