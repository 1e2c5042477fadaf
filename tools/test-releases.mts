/**
 * The host tests on other releases of Debian than this machine's: `npm run test:releases`. All of them on
 * Debian 13; on Debian 11 those of what servers need: provisioning, deployment, takeover.
 */
import { spawnSync } from 'node:child_process';
import { childEnvironment } from '@fairness-deploy/shell/client';

const USAGE = `\
npm run test:releases [-- trixie] [-- bullseye]

  Without a name: all of these.
`;

/** For vitest: the files whose paths hold one of these; none: all files. */
const FILES = {
  trixie: [],
  bullseye: [
    ...['packages/core/', 'packages/release/', 'packages/nginx/', 'packages/supervisor/'],
    ...['packages/postgres/src/server/', 'packages/postgres/src/migration/'],
    ...['packages/postgres/src/backup/', 'packages/certbot/', 'packages/takeover/'],
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type Tested = keyof typeof FILES;

const isTested = (name: string): name is Tested => Object.hasOwn(FILES, name);

const words = process.argv.slice(2);
const chosen = words.filter(isTested);
if (chosen.length < words.length) {
  process.stderr.write(`Cannot test the releases "${words.join(' ')}".\n\n${USAGE}`);
  process.exit(1);
}
const failed = (chosen.length === 0 ? Object.keys(FILES).filter(isTested) : chosen).filter(
  (release) => {
    process.stdout.write(`\nThe host tests on ${release}\n`);
    const projects = ['--project', 'host', '--project', 'host-alone'];
    const { status } = spawnSync('npx', ['vitest', 'run', ...projects, ...FILES[release]], {
      env: { ...childEnvironment(), TEST_RELEASE: release },
      stdio: 'inherit',
    });
    return status !== 0;
  },
);
if (failed.length > 0) {
  process.stderr.write(`\nTests fail on ${failed.join(' and ')}\n`);
  process.exitCode = 1;
}
