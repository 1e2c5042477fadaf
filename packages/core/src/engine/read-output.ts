import type { RecordCollector } from './records.js';

/**
 * What a framedRead() printed.
 *
 * @param what is read, for the message: `the releases of web`
 * @throws Error when it failed, or printed more than can be taken in.
 */
export function readOutput(records: RecordCollector, name: string, what: string): string {
  const record = records.get(name);
  if (record?.status === 0 && !record.truncated) return record.output;
  const reason = records.get(`${name}!`)?.output.trim() ?? '';
  throw new Error(`Cannot read ${what}: ${reason === '' ? 'no answer' : reason}`);
}
