import { describe, expect, it } from 'vitest';
import { sh } from '@fairness-deploy/shell';
import { checkShell, saying } from '@fairness-deploy/shell/testing';
import { cronEntry } from './cron-entry.js';

const contentOf = (command: string, schedule = '@daily'): unknown => {
  const [content] = cronEntry({ name: 'x', schedule, command }).plan('')?.differences ?? [];
  return content?.kind === 'text' ? content.hunks.split('\n').at(-1) : undefined;
};

describe('cronEntry()', () => {
  it('is a line of a file of its own', () => {
    expect(contentOf('true', '*/5  1-3\t* jan,FEB mon-fri')).toBe(
      '+*/5 1-3 * jan,FEB mon-fri root true',
    );
  });

  it("escapes cron's percent signs", () => {
    expect(contentOf('date +%s')).toBe('+@daily root date +\\%s');
    expect(contentOf('echo \\\\%')).toBe('+@daily root echo \\\\\\%');
    expect(() => contentOf('echo \\%')).toThrow(saying('put it in a script'));
  });

  it.each(['a\nb', '', ' ', 'a\0', 'a\u001b[0m'])('refuses the command %j', (command) => {
    expect(() => contentOf(command)).toThrow('expected one line without control characters');
  });

  it.each(['.x', 'a.sh', 'a~', '../x', '', 'a b'])(
    'refuses the name %j, which cron would pass over',
    (name) => {
      expect(() => cronEntry({ name }, { ensure: 'absent' })).toThrow(
        "use letters, digits, '_' and '-'",
      );
    },
  );

  it.each([
    ['* * * *', 'expected five fields'],
    ['@never', 'expected five fields'],
    ['60 * * * *', "'60' is no minute (0 to 59)"],
    ['* 5-2 * * *', "'5-2' is no hour"],
    ['* * 0 * *', "'0' is no day of month"],
    ['* * * foo *', "'foo' is no month"],
    ['* * * * 1/2', "'1/2' is no day of week"],
    ['*/0 * * * *', "'*/0' is no minute"],
  ])('refuses the schedule %j', (schedule, reason) => {
    expect(() => contentOf('true', schedule)).toThrow(reason);
  });

  it('makes scripts that shellcheck has nothing to say of', async () => {
    const resource = cronEntry({ name: 'x', schedule: '@daily', command: "echo 'a' 10%" });
    await checkShell(resource.read);
    await checkShell(resource.plan('')?.apply ?? sh`false`);
  });
});
