'use strict';
/* eslint-disable @typescript-eslint/no-require-imports -- runs as it is */
const { createHash } = require('node:crypto');
const { join } = require('node:path');
const dist = (name) => join(__dirname, '..', '..', 'packages', name, 'dist');
const { maskerOf } = require(join(dist('secrets'), 'index.js'));
const { Secret } = require(join(dist('shell'), 'secret.js'));

const random = (seed) => createHash('sha512').update(seed).digest('base64');
/** As long as a private key of 2,048 bits. */
const keyOf = (seed) =>
  [
    '-----BEGIN-----',
    ...Array.from({ length: 25 }, (_, at) => random(`${seed} ${at}`).slice(0, 64)),
  ]
    .join('\n')
    .concat('\n-----END-----\n');

/** Prints how many milliseconds it took to mask 2,000 lines, with 15 keys and 35 passwords. */
const secrets = [
  ...Array.from({ length: 15 }, (_, at) => keyOf(`key ${at}`)),
  ...Array.from({ length: 35 }, (_, at) => random(`password ${at}`).slice(0, 24)),
].map((value, at) => new Secret(`secret_${at}`, value));
const lines = Array.from(
  { length: 2000 },
  (_, at) =>
    `npm http fetch GET 200 /packages/left-pad?id=${random(`line ${at}`).slice(0, 8)} 12ms`,
);
const since = performance.now();
const mask = maskerOf(secrets);
for (const line of lines) mask(line);
process.stdout.write(String(performance.now() - since));
