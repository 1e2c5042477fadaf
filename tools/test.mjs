import { SANDBOX, TESTS } from './debian-packages.mjs';
import { installAndBuild, installDebianPackages, run } from './install.mjs';
import { checkMachine } from './prerequisites.mjs';

/** Everything that is tested, on a machine that has nothing but Node.js: `npm test`. */
try {
  checkMachine();
} catch (error) {
  process.stderr.write(`Cannot run the tests. ${error.message}\n`);
  process.exit(1);
}
installDebianPackages([...SANDBOX, ...TESTS]);
installAndBuild();
run('npm', ['run', '--silent', 'ok']);
run('npx', ['vitest', 'run', '--project', 'host', '--project', 'host-alone']);
