import { it } from 'vitest';
import { LIBVIRT } from './libvirt-provider.js';
import { takeRound } from './vagrant-round.js';

it('takes a virtual machine from up to destroy, with a deployment and a tunnel in between', () =>
  takeRound(LIBVIRT));
