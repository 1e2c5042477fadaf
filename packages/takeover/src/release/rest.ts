import type { Application } from '@fairness-deploy/core';
import type { Address, Difference, Resource } from '@fairness-deploy/core/resources';
import { layoutOf } from '@fairness-deploy/release';
import { lines, sh } from '@fairness-deploy/shell';
import { placesOf } from '../section/places.js';
import { programsFile, type Section } from '../section/section.js';
import type { SharedFolder } from '../section/shared-folders.js';
import { inSubshell } from './guards.js';
import { removeOld } from './remove-old.js';
import { stopOld } from './stop-old.js';
import { copyLastUploads } from './uploads.js';

/**
 * What the first deployment has not removed, as a step of it has failed: provisioning removes it. A
 * deployment needs the ports of the old programs, and is refused until then.
 */
export function takeoverRest(
  application: Application,
  section: Section,
  shared: readonly SharedFolder[],
): Resource {
  const address: Address = `takeover-rest:${application.name}`;
  const { record } = placesOf(application);
  const read = sh`
    [ -L ${layoutOf(application).live} ] && [ -f ${record} ] || exit 0
    printf '%s\n' 'the old application'
    for fd_path in ${[programsFile(section), section.checkout]}; do
      [ ! -e "$fd_path" ] || printf '%s\n' "$fd_path"
    done`;
  return {
    address,
    after: [],
    follows: ['service:supervisor', 'service:nginx'],
    read,
    plan(output) {
      const left = output.split('\n').filter((line) => line !== '');
      if (left.length === 0) return undefined;
      return {
        action: 'remove',
        differences: left.map((field): Difference => {
          const to = section.keep && field === section.checkout ? 'kept' : undefined;
          return { kind: 'value', field, from: 'left by the first deployment', to };
        }),
        apply: lines(
          inSubshell(copyLastUploads(application, shared)),
          inSubshell(stopOld(application, section)),
          removeOld(application, section, shared),
        ),
      };
    },
    equals: (other) => other.address === address && String(other.read) === String(read),
  };
}
