import { expect, it } from 'vitest';
import { describeTried, driverHint, type TriedDriver } from './driver-hint.js';

/** As Podman 4.3.1 says it, to a user with ranges in /etc/subuid. */
const NO_NEWUIDMAP = `Cannot run "podman info --format json": time="2026-11-30T21:58:35Z" level=warning msg="\\"/\\" is not a shared mount, this could cause issues or missing mounts with rootless containers"
Error: command required for rootless mode with multiple IDs: exec: "newuidmap": executable file not found in $PATH`;

const nspawn = (...problems: readonly string[]): TriedDriver => ({
  ...{ name: 'nspawn', needs: 'Debian and root', problems },
});
const container = (...problems: readonly string[]): TriedDriver => ({
  ...{ name: 'container', needs: 'Podman or Docker', problems },
});
const NO_DOCKER = 'docker is not installed';

it.each([
  [
    'nspawn without root',
    [nspawn('You are not root')],
    'Run the command as root, with sudo: then nspawn works\nor take containers, which need no root: --driver=container',
  ],
  [
    'nspawn elsewhere',
    [nspawn("This machine isn't Debian", 'You are not root')],
    'Take containers, which need no root: --driver=container',
  ],
  [
    'no driver',
    [nspawn("This machine isn't Debian"), container('podman is not installed', NO_DOCKER)],
    'Install Podman (https://podman.io) or Docker\nor use an environment with real hosts',
  ],
  [
    'neither root nor an engine',
    [nspawn('You are not root'), container('podman is not installed', NO_DOCKER)],
    'Run the command as root, with sudo: then nspawn works\nor install Podman (https://podman.io) or Docker\nor use an environment with real hosts',
  ],
  [
    'Podman without newuidmap',
    [container(NO_NEWUIDMAP, NO_DOCKER)],
    'Install what Podman lacks without root, on Debian: sudo apt-get install -y uidmap\nor use an environment with real hosts',
  ],
  [
    'Docker without its daemon',
    [container('podman is not installed', 'Cannot run "docker version": Cannot connect')],
    'Correct what the engine says\nor use an environment with real hosts',
  ],
])('driverHint() with %s', (_, tried, expected) => {
  expect(driverHint(tried)).toBe(expected);
});

it('describeTried() leaves out the warnings of an engine', () => {
  expect(describeTried(container(NO_NEWUIDMAP, NO_DOCKER))).toBe(
    'container (needs Podman or Docker): Cannot run "podman info --format json": Error: command required for rootless mode with multiple IDs: exec: "newuidmap": executable file not found in $PATH; docker is not installed',
  );
  const only = 'Cannot run "docker version": WARNING: it is slow';
  expect(describeTried(container(only))).toContain(only);
});
