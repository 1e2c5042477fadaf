import { createHash } from 'node:crypto';
import { maskerOf } from '@fairness-deploy/secrets';
import { Secret } from '@fairness-deploy/shell/secret';

const random = (seed: string): string => createHash('sha512').update(seed).digest('base64');
/** As long as a private key of 2,048 bits. */
const keyOf = (seed: string): string =>
  [
    '-----BEGIN-----',
    ...Array.from({ length: 25 }, (_, at) => random(`${seed} ${String(at)}`).slice(0, 64)),
  ]
    .join('\n')
    .concat('\n-----END-----\n');

/** Prints how many milliseconds it took to mask 2,000 lines, with 15 keys and 35 passwords. */
const secrets = [
  ...Array.from({ length: 15 }, (_, at) => keyOf(`key ${String(at)}`)),
  ...Array.from({ length: 35 }, (_, at) => random(`password ${String(at)}`).slice(0, 24)),
].map((value, at) => new Secret(`secret_${String(at)}`, value));
const lines = Array.from(
  { length: 2000 },
  (_, at) =>
    `npm http fetch GET 200 /packages/left-pad?id=${random(`line ${String(at)}`).slice(0, 8)} 12ms`,
);
const since = performance.now();
const mask = maskerOf(secrets);
for (const line of lines) mask(line);
process.stdout.write(String(performance.now() - since));
