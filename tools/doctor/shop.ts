import type { TemporaryRepository } from '@fairness-deploy/release/testing';

/** Writes an application whose programs fail when a file of that name is in /run/shop. */
export function writeShop(repository: TemporaryRepository): void {
  for (const [name, content] of Object.entries(FILES)) repository.write(name, content);
  repository.commit('Open the shop');
}

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "shop", "version": "1.0.0" }\n',
  'told.js': `const { existsSync, readFileSync } = require('node:fs');
module.exports = (what) => existsSync('/run/shop/' + what);
module.exports.words = (what) => readFileSync('/run/shop/' + what, 'utf8').trim();
`,
  'client.js': `require('node:http')
  .createServer((request, response) => response.end('<h1>The shop</h1>'))
  .listen(process.env.PORT, '127.0.0.1');
`,
  'api.js': `const { execFile } = require('node:child_process');
const told = require('./told.js');
if (!process.env.SESSION_KEY) throw new Error('the variable SESSION_KEY is missing');
if (told('crash')) throw new Error(told.words('crash') || 'it cannot start, as it was told');
if (told('loop')) setTimeout(() => process.exit(3), 1500);
if (told('eat')) {
  const eaten = [];
  setInterval(() => eaten.length < 50 && eaten.push(Buffer.alloc(20_000_000, 1)), 20);
}
const ask = () =>
  new Promise((resolve, reject) =>
    execFile(
      'psql',
      ['-XAtqc', 'select 1'],
      { env: { ...process.env, PGCONNECT_TIMEOUT: '3' } },
      (error, stdout, stderr) => (error ? reject(new Error(stderr.trim())) : resolve()),
    ),
  );
require('node:http')
  .createServer(async (request, response) => {
    try {
      await ask();
      response.end('well');
    } catch (error) {
      console.error(error.message);
      response.statusCode = 503;
      response.end('no database');
    }
  })
  .listen(told('elsewhere') ? 3999 : Number(process.env.PORT), '127.0.0.1');
`,
  'jobs.js': 'setInterval(() => undefined, 1000);\n',
  'report.js': `if (require('./told.js')('report')) process.exit(5);\n`,
};
