import { describe, expect, it } from 'vitest';
import { askOptions, canAsk } from './ask-options.js';
import type { EnvironmentOptions } from './options.js';

/** The options after these answers, and the first line of each question. */
async function answered(
  options: EnvironmentOptions,
  answers: readonly string[],
  shared: readonly string[] = ['demo.yaml', 'shop.yaml'],
) {
  const left = [...answers];
  const asked: string[] = [];
  const ask = (question: string): Promise<string> => {
    asked.push(question.split('\n')[0] ?? '');
    const answer = left.shift();
    if (answer === undefined) throw new Error(`Nobody answers: ${question}`);
    return Promise.resolve(answer);
  };
  return { options: await askOptions(options, shared, ask), asked, left };
}

describe('askOptions()', () => {
  it('asks for what is not given', async () => {
    const { options, left } = await answered({ name: 'staging' }, [
      ...['2', 'To try', ' 203.0.113.10 ', 'root', 'https://try.example'],
      ...['VM=Hetzner, fsn1', 'DNS=Gandi', ''],
    ]);
    expect(left).toEqual([]);
    expect(options).toEqual({
      name: 'staging',
      extends: 'shop.yaml',
      description: 'To try',
      host: '203.0.113.10',
      user: 'root',
      url: 'https://try.example',
      resource: ['VM=Hetzner, fsn1', 'DNS=Gandi'],
    });
  });

  it('leaves out what has an empty answer, and takes the first file', async () => {
    const { options } = await answered({ name: 'staging' }, ['', '', '', '', '', '']);
    expect(options).toEqual({ name: 'staging', extends: 'demo.yaml' });
  });

  it('takes an application of its own', async () => {
    const own = await answered({ name: 'staging' }, ['3', '../shop', '', '', '', '', '']);
    expect(own.options).toEqual({ name: 'staging', application: '../shop' });
    const none = await answered({ name: 'staging' }, ['', '', '', '', '', ''], []);
    expect(none.options).toEqual({ name: 'staging', extends: 'none' });
  });

  it('does not ask what the options say', async () => {
    const given = {
      ...{
        name: 'staging',
        from: 'prod',
        host: 'a.example',
        user: 'root',
        url: 'https://a.example',
      },
      ...{ description: 'x', resource: ['VM=x'] },
    };
    const { options, asked } = await answered(given, []);
    expect(options).toEqual(given);
    expect(asked).toEqual([]);
  });
});

it.each([
  [[], {}, true, true],
  [[], {}, false, false],
  [['g', 'environment', '--no-interactive'], {}, true, false],
  [['--interactive=false'], {}, true, false],
  [[], { CI: 'true' }, true, false],
  [[], { CI: 'false' }, true, true],
])('canAsk(%j, %j, %s) is %s', (words, env, isTerminal, can) => {
  expect(canAsk(words, env, isTerminal)).toBe(can);
});
