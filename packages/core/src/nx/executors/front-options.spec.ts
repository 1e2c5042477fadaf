import { expect, it } from 'vitest';
import { droppedOption, frontOptions } from './front-options.js';

const KNOWN = { host: 'text', tty: 'flag' } as const;

it.each([
  // Nx: `--host=b uptime`, `--host b uptime`, `-- --host=b grep -c x --tty y`, `-- echo --host=c`
  [{ host: 'b', __unparsed__: ['--host=b', 'uptime'] }, { host: 'b' }, ['uptime']],
  [{ host: 'b', __unparsed__: ['--host', 'b', 'uptime'] }, { host: 'b' }, ['uptime']],
  [
    { host: 'b', tty: true, __unparsed__: ['--host=b', 'grep', '-c', 'x', '--tty', 'y'] },
    { host: 'b' },
    ['grep', '-c', 'x', '--tty', 'y'],
  ],
  [{ tty: true, __unparsed__: ['--tty', '--', 'sh'] }, { tty: true }, ['sh']],
  [{ tty: false, __unparsed__: ['--tty=false', 'sh'] }, { tty: false }, ['sh']],
  [{ host: 'c', __unparsed__: ['echo', '--host=c'] }, {}, ['echo', '--host=c']],
  [{ __unparsed__: ['--hots=c', 'echo'] }, {}, ['--hots=c', 'echo']],
  [{ __unparsed__: ["it's $HOME\n", ''] }, {}, ["it's $HOME\n", '']],
  [{ __unparsed__: [] }, {}, []],
  // A target's options in project.json.
  [{ host: 'b' }, { host: 'b' }, []],
  // fairness-deploy: `--host b -- echo --host=c`
  [{ host: 'b', __unparsed__: ['--', 'echo', '--host=c'] }, { host: 'b' }, ['echo', '--host=c']],
])('frontOptions() of %j are %j, before the words %j', (given, options, words) => {
  expect(frontOptions(given, KNOWN)).toEqual({ options, words });
});

it.each([
  ['node /w/node_modules/.bin/nx run prod:task --host=b --verbose -- uptime --host=c', '--host=b'],
  ['nx run prod:task --tty --', '--tty'],
  ['nx run prod:task --verbose -- uptime --host=c', undefined],
  ['nx run prod:task --host=b uptime', undefined],
  ['nx run prod:task -- --host=b uptime -- --tty', undefined],
])('droppedOption() of %s is %s', (commandLine, expected) => {
  expect(droppedOption(commandLine, KNOWN)).toBe(expected);
});
