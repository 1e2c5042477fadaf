import { Secret } from '@fairness-deploy/secrets';
import { describe, expect, it } from 'vitest';
import { lines, sh } from '../script/sh.js';
import { checkShell } from '../testing/shellcheck.js';
import { framedRead } from './framed.js';
import type { Job } from './job.js';
import { jobScript, startScript } from './job-script.js';

const nonce = 'c0ffee';
const job: Job = {
  id: '20261123T101502-3f2a1b',
  nonce,
  description: {
    what: 'deploy 3f2a1bc',
    who: "ana@ana's laptop",
    since: '2026-11-23T10:15:02.000Z',
  },
  steps: [
    {
      name: 'fetch',
      after: [],
      run: sh`git unbundle "$FD_INPUT"`,
      undo: sh`rm -rf ${'/srv/app/releases/1'}`,
    },
    { name: 'env', after: [0], run: sh`printf %s ${new Secret('pw', 'hunter2')}` },
  ],
  verify: lines(framedRead(nonce, '0', sh`readlink /srv/app/current`)),
};

describe('startScript()', () => {
  it.each([
    ['without input', job],
    ['with input', { ...job, input: Buffer.from('bundle') }],
    ['without steps', { ...job, steps: [] }],
  ])('is a sound POSIX script %s', async (_what, one) => {
    await checkShell(startScript(one));
  });

  it('shows people no secret', () => {
    expect(String(startScript(job))).not.toContain('hunter2');
    expect(startScript(job).reveal()).toContain('hunter2');
  });
});

describe('jobScript()', () => {
  it('runs steps under the lock, undoes them when one fails, and reads again', () => {
    expect(`\n${String(jobScript(job))}\n`).toMatchInlineSnapshot(`
      "
      fd_job() {
      umask 022
      fd_dir=/var/lib/fairness-deploy/jobs/20261123T101502-3f2a1b
      FD_INPUT=$fd_dir/input
      export FD_INPUT
      # Append: '>' would erase the holder's name before the lock is ours.
      exec 9>>/var/lib/fairness-deploy/lock
      if ! flock -n 9; then
      printf '\\n%s begin lock\\n' c0ffee
      cat /var/lib/fairness-deploy/lock
      printf '\\n%s end lock %s\\n' c0ffee 75
      printf 'refused\\n' >"$fd_dir/status"
      return 75
      fi
      : >/var/lib/fairness-deploy/lock
      printf '%s\\n' 'deploy 3f2a1bc' 'ana@ana'\\''s laptop' 2026-11-23T10:15:02.000Z 20261123T101502-3f2a1b >&9
      # Under the lock, no other job runs: all the others' folders are of the past.
      set -- /var/lib/fairness-deploy/jobs/*
      while [ $# -gt 20 ]; do
      [ "$1" = "$fd_dir" ] || rm -rf -- "$1"
      shift
      done
      fd_failed=0
      read -r fd_time _ </proc/uptime
      printf '\\n%s begin %s %s\\n' c0ffee step-0 "$fd_time"
      (
      set -eu
      exec 9>&-
      git unbundle "$FD_INPUT"
      ) </dev/null 2>&1
      fd_status=$?
      read -r fd_time _ </proc/uptime
      printf '\\n%s end %s %s %s\\n' c0ffee step-0 "$fd_status" "$fd_time"
      fd_s0=$fd_status
      [ "$fd_status" = 0 ] || fd_failed=1
      fd_s1=not-run
      if [ "$fd_s0" = 0 ]; then
      read -r fd_time _ </proc/uptime
      printf '\\n%s begin %s %s\\n' c0ffee step-1 "$fd_time"
      (
      set -eu
      exec 9>&-
      printf %s ***
      ) </dev/null 2>&1
      fd_status=$?
      read -r fd_time _ </proc/uptime
      printf '\\n%s end %s %s %s\\n' c0ffee step-1 "$fd_status" "$fd_time"
      fd_s1=$fd_status
      [ "$fd_status" = 0 ] || fd_failed=1
      fi
      if [ "$fd_failed" != 0 ]; then
      if [ "$fd_s0" != not-run ]; then
      read -r fd_time _ </proc/uptime
      printf '\\n%s begin %s %s\\n' c0ffee undo-0 "$fd_time"
      (
      set -eu
      exec 9>&-
      rm -rf /srv/app/releases/1
      ) </dev/null 2>&1
      fd_status=$?
      read -r fd_time _ </proc/uptime
      printf '\\n%s end %s %s %s\\n' c0ffee undo-0 "$fd_status" "$fd_time"
      fi
      fi
      (
      exec 9>&-
      fd_read_0() {
      set -eu
      readlink /srv/app/current
      }
      printf '\\n%s begin %s\\n' c0ffee 0
      ( fd_read_0 ) </dev/null 2>/dev/null
      fd_status=$?
      printf '\\n%s end %s %s\\n' c0ffee 0 "$fd_status"
      if [ "$fd_status" != 0 ]; then
      printf '\\n%s begin %s!\\n' c0ffee 0
      ( fd_read_0 ) </dev/null 2>&1 >/dev/null
      printf '\\n%s end %s! %s\\n' c0ffee 0 "$fd_status"
      fi
      )
      rm -f "$FD_INPUT"
      printf '%s\\n' "$fd_failed" >"$fd_dir/status.new"
      mv "$fd_dir/status.new" "$fd_dir/status"
      printf '\\n%s begin finished\\n\\n%s end finished 0\\n' c0ffee c0ffee
      return "$fd_failed"
      }
      fd_job
      "
    `);
  });
});
