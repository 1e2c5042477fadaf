import { HintedError } from '@fairness-deploy/shell/text';
import { sh } from '@fairness-deploy/shell';
import { type Address, type Resource } from '@fairness-deploy/core/resources';
import { type Application } from '@fairness-deploy/core';
import { findRecorded } from '../host/find-recorded.js';
import { layoutOf } from '../application/layout.js';

/**
 * The live release runs in the home and as the user of its deployment. So provisioning is refused
 * when the environment has others. Ports and processes belong to the release: provisioning changes
 * nothing about them.
 */
export function liveRelease(application: Application): Resource {
  const address: Address = `live-release:${application.name}`;
  return {
    address,
    after: [],
    follows: [],
    read: sh`
      ${findRecorded(layoutOf(application), application.user)}
      [ -z "$fd_recorded" ] || printf '%s\n' "$fd_recorded"`,
    plan(output) {
      const [, user, home] = /^(\S+) (.+)$/.exec(output.trimEnd()) ?? [];
      if (home !== undefined && user !== undefined) throw moved(application, home, user);
      return undefined;
    },
    equals: (other) => other.address === address,
  };
}

function moved({ name, home, user }: Application, oldHome: string, oldUser: string): HintedError {
  const change = [
    ...(home === oldHome ? [] : [`from ${oldHome} to ${home}`]),
    ...(user === oldUser ? [] : [`from the user ${oldUser} to ${user}`]),
  ].join(' and ');
  return new HintedError(
    `Cannot move ${name} ${change}: its live release runs there, and the site would fail until the next deployment`,
    {
      hint: `Set application.home: ${oldHome} and application.user: ${oldUser} again; to move it all the same, follow "Another home or user" in the README of @fairness-deploy/core`,
    },
  );
}
