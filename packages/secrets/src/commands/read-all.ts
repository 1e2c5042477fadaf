import { isUtf8 } from 'node:buffer';
import { SecretsError } from '../secrets-error.js';

/** @throws SecretsError when it isn't text. */
export async function readAll(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Buffer));
  const bytes = Buffer.concat(chunks);
  if (isUtf8(bytes)) return bytes.toString();
  throw new SecretsError('Cannot read the value: it is not text in UTF-8', {
    hint: 'encode it: base64 < file | …',
  });
}
