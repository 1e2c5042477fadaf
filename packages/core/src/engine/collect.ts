import type { Connection, Script } from '@fairness-deploy/shell';
import { nonce } from '@fairness-deploy/shell/text';
import { RecordCollector } from './record-collector.js';

/**
 * Runs a script of framed records, in one round trip.
 *
 * @param script makes it, given the nonce for its frames.
 */
export async function collect(
  connection: Connection,
  script: (nonce: string) => Script,
): Promise<RecordCollector> {
  const word = nonce();
  const records = new RecordCollector(word);
  await connection.run(script(word), {
    onOutput: (chunk) => {
      records.push(chunk);
    },
  });
  return records;
}
