import { it } from 'vitest';
import { LXC } from './lxc-provider.js';
import { takeRound } from './vagrant-round.js';

it(
  'takes a container from up to destroy, with a deployment and a tunnel in between',
  { timeout: 900_000 },
  () => takeRound(LXC),
);
