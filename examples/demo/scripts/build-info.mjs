// Records the commit that is being built, so that it stays known where git is not.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const git = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
const info = git.status === 0 ? { commit: git.stdout.trim() } : {};
writeFileSync(new URL('dist/build-info.json', root), `${JSON.stringify(info)}\n`);
