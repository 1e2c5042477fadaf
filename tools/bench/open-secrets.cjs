'use strict';
/* eslint-disable @typescript-eslint/no-require-imports -- runs as it is */
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { openText, sealText } = require(
  join(__dirname, '..', '..', 'packages', 'secrets', 'dist', 'index.js'),
);

const password = { bytes: Buffer.from('correct horse'), from: 'the bench' };

/**
 * `seal <format> <count> <file>` makes a file of secrets with its key; `open <file> <state>`
 * prints how many milliseconds opening it took, as the first one of the process or not.
 */
const COMMANDS = {
  async seal(format, count, file) {
    const { generateX25519Identity, identityToRecipient } = await import('age-encryption');
    const identity = await generateX25519Identity();
    const recipients = [{ key: await identityToRecipient(identity), name: 'bench' }];
    const lines = Array.from({ length: Number(count) }, (_, at) => `name_${at}: 'value ${at}'\n`);
    const text = await sealText(lines.join(''), {
      ...{ format, password, recipients },
      environment: 'bench',
    });
    writeFileSync(file, JSON.stringify({ identity, text }));
  },
  async open(file, state) {
    const { identity, text } = JSON.parse(readFileSync(file, 'utf8'));
    const keys = {
      password: async () => password,
      identities: async () => ({ keys: [identity], from: [] }),
    };
    const open = async () => {
      const since = performance.now();
      await openText(text, keys);
      return performance.now() - since;
    };
    const first = await open();
    process.stdout.write(String(state === 'first' ? first : await open()));
  },
};

const [command, ...args] = process.argv.slice(2);
COMMANDS[command](...args).catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
