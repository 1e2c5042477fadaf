import { expect, it } from 'vitest';
import { parseError, parseStatus } from './status.js';

it('parseStatus() reads each machine, whatever its provider says', () => {
  const lines = [
    '1796057089,web,metadata,provider,lxc',
    '1796057089,web,provider-name,lxc',
    '1796057089,web,state,not_created',
    '1796057089,web,state-human-short,not created',
    '1796057089,web,state-human-long,a%!(VAGRANT_COMMA) b',
    '1796057089,work,provider-name,virtualbox',
    '1796057089,work,state,poweroff',
    '1796057089,work,state-human-short,powered\u001b[1m off%!(VAGRANT_COMMA) it says',
    '1796057089,,ui,info,Current machine states',
    'no line of it',
  ];
  expect(parseStatus(lines.join('\n'))).toEqual([
    { machine: 'web', provider: 'lxc', state: 'not_created', text: 'not created' },
    {
      ...{ machine: 'work', provider: 'virtualbox', state: 'poweroff' },
      text: expect.not.stringContaining('\u001b') as string,
    },
  ]);
  expect(parseStatus('')).toEqual([]);
});

it('parseError() reads why Vagrant has failed', () => {
  const output =
    "1,,ui,info,x\n1796057089,,error-exit,Vagrant::Errors::MachineNotFound,The machine\\nwas not found%!(VAGRANT_COMMA) 'web'\n";
  expect(parseError(output)).toBe("The machine was not found, 'web'");
  expect(parseError('1,web,state,running')).toBeUndefined();
});
