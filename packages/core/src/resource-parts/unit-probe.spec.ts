import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { lines, sh } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { unitProbe } from './unit-probe.js';

/**
 * What is shown of each of the units, after all have been asked about on a host that knows no
 * unit named `unknown` at all, and how often systemd was asked.
 */
function shown(shell: string, asked: readonly string[], units: readonly string[]) {
  const script = lines(
    sh`
      set -eu
      systemctl() {
        echo asked >&3
        shift 4
        fd_separator=
        for fd_each do
          [ "$fd_each" != unknown ] || return 1
          printf '%sLoadState=loaded\nUnitFileState=\nActiveState=%s\n' "$fd_separator" "$fd_each"
          fd_separator='
      '
        done
      }`,
    unitProbe.ask(asked),
    ...units.map((unit) => sh`fd_show_unit ${unit} || echo "failed: $?"`),
  );
  const { output } = spawnSync(shell, ['-s'], {
    input: script.reveal(),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
  });
  return { text: output[1], times: output[3]?.trim().split('\n').length };
}

const of = (unit: string): string => `LoadState=loaded\nUnitFileState=\nActiveState=${unit}\n`;

describe.each(['dash', 'bash'])('unitProbe under %s', (shell) => {
  const units = ['nginx.service', 'a\\x2db.service', 'b.timer', 'nginx.service'];

  it('asks systemd once, and returns the lines of each unit', () => {
    const asked = ['b.timer', 'nginx.service', 'a\\x2db.service'];
    expect(shown(shell, asked, units)).toEqual({ text: units.map(of).join(''), times: 1 });
    expect(shown(shell, ['b.timer'], ['b.timer'])).toEqual({ text: of('b.timer'), times: 1 });
  });

  it('asks of each by itself when systemd fails for one of them', () => {
    const asked = ['nginx.service', 'unknown', 'b.timer'];
    expect(shown(shell, asked, asked)).toEqual({
      text: `${of('nginx.service')}failed: 1\n${of('b.timer')}`,
      times: 4,
    });
  });
});

it('unitProbe asks in a script that shellcheck has nothing to say of', async () => {
  await checkShell(lines(unitProbe.ask(['a.service', 'b.timer']), sh`fd_show_unit b.timer`));
});
