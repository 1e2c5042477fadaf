import { readFileSync, writeFileSync } from 'node:fs';
import { openText, sealText, type Keys, type Lock } from '@fairness-deploy/secrets';

const password = { bytes: Buffer.from('correct horse'), from: 'the bench' };

/**
 * `seal <format> <count> <file>` makes a file of secrets, with its key in the first line; `open <file> <state>`
 * prints how many milliseconds opening it took, as the first one of the process or not.
 */
async function main([command, ...words]: readonly string[]): Promise<void> {
  if (command === 'seal') {
    const [format = '', count = '', file = ''] = words;
    await seal(format, Number(count), file);
  } else {
    const [file = '', state = ''] = words;
    process.stdout.write(String(await open(file, state)));
  }
}

async function seal(format: string, count: number, file: string): Promise<void> {
  const { generateX25519Identity, identityToRecipient } = await import('age-encryption');
  const identity = await generateX25519Identity();
  const recipients = [{ key: await identityToRecipient(identity), name: 'bench' }];
  const lines = Array.from(
    { length: count },
    (_, at) => `name_${String(at)}: 'value ${String(at)}'\n`,
  );
  const text = await sealText(lines.join(''), lockOf(format, recipients));
  writeFileSync(file, `${identity}\n${text}`);
}

function lockOf(format: string, recipients: readonly { key: string; name: string }[]): Lock {
  switch (format) {
    case 'ansible-vault':
    case 'ansible-vault-values':
      return { format, password };
    case 'age':
      return { format, environment: 'bench', recipients };
    default:
      throw new TypeError(`'${format}' is no format of secrets`);
  }
}

async function open(file: string, state: string): Promise<number> {
  const [identity = '', ...lines] = readFileSync(file, 'utf8').split('\n');
  const text = lines.join('\n');
  const keys: Keys = {
    password: () => Promise.resolve(password),
    identities: () => Promise.resolve({ keys: [identity], from: [] }),
  };
  const once = async (): Promise<number> => {
    const since = performance.now();
    await openText(text, keys);
    return performance.now() - since;
  };
  const first = await once();
  return state === 'first' ? first : await once();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
