import { expect, it } from 'vitest';
import { readProcfile } from './procfile.js';

it('readProcfile() has the lines that name a process type', () => {
  expect(
    readProcfile(
      '# ours\nweb: node main.js --port $PORT \n\nrelease: npm run migrate\nodd line\nnone:\r\n',
    ),
  ).toEqual([
    { value: { name: 'web', command: 'node main.js --port $PORT' }, file: 'Procfile', line: 2 },
    { value: { name: 'release', command: 'npm run migrate' }, file: 'Procfile', line: 4 },
  ]);
});
