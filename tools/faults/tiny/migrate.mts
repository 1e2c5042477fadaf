import { readBehaviour } from './behaviour.mjs';

const { migrate } = readBehaviour();
process.stdout.write('migrating\n');
if (migrate === 'fails') throw new Error('the migration failed as it was told to');
if (migrate === 'hangs') setInterval(() => undefined, 1000);
