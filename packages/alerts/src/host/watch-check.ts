import type { Check, Environment, Finding } from '@fairness-deploy/core';
import { z } from '@fairness-deploy/core';
import { sh } from '@fairness-deploy/shell';
import { describeAge } from '@fairness-deploy/shell/text';
import { STATE_FILE, stateInMemory, timerName, watchFolder, watchName } from '../section/paths.js';

const NAME = 'alerts';
const START = 'start the alerts';

/** Whether the host watches itself, and its messages arrive. It can't tell that by itself. */
export function watchCheck(environment: Environment): Check {
  const unit = timerName(environment);
  const file = `${watchFolder(environment)}/${STATE_FILE}`;
  return {
    name: NAME,
    layer: 'upkeep',
    read: sh`
      printf 'now %s\n' "$(date +%s)"
      systemctl show -p LoadState,ActiveState ${`${unit}.timer`}
      systemctl show -p Result ${`${unit}.service`}
      for fd_file in ${stateInMemory(watchName(environment))} ${file}; do
        [ -f "$fd_file" ] || continue
        printf 'state %s\n' "$(head -c 1000000 -- "$fd_file")"
        break
      done`,
    judge: (output) => [judgeWatch(output, { unit, environment: environment.name })],
    repairs: { [START]: sh`systemctl enable --now ${`${unit}.timer`}` },
  };
}

/** The parts of the program's state that count here. */
const stateSchema = z.object({
  ran: z.iso.datetime(),
  warnings: z.array(z.string()),
  outbox: z.array(z.unknown()),
  watch: z.object({ told: z.array(z.string()), since: z.iso.datetime().exactOptional() }),
});

/** Judges the timer, and what the last run has kept. Pure. */
export function judgeWatch(
  output: string,
  { unit, environment }: { readonly unit: string; readonly environment: string },
): Finding {
  const field = (name: string): string =>
    new RegExp(`^${name}=(.*)$`, 'm').exec(output)?.[1]?.trim() ?? '';
  const timer = field('ActiveState');
  const see = `see why: journalctl -u ${unit}`;
  if (field('LoadState') !== 'loaded' || timer !== 'active') {
    const text = `${unit}.timer does not run: failures are not reported`;
    const hint = `npx nx run ${environment}:provision`;
    return { name: NAME, level: 'fail', text, hint, repair: START, data: { timer } };
  }
  const kept = stateIn(output);
  if (!kept) {
    const ended = field('Result');
    const isWell = ['', 'success'].includes(ended);
    const text = isWell ? 'no run has ended yet' : `the last run failed: ${ended}`;
    const data = { timer, result: ended };
    return isWell
      ? { name: NAME, level: 'ok', text, data }
      : { name: NAME, level: 'fail', text, hint: see, data };
  }
  const { ran, warnings, outbox, watch } = kept;
  const now = Number(/^now (\d+)$/m.exec(output)?.[1] ?? 0);
  const age = now - Date.parse(ran) / 1000;
  const data = {
    ...{ timer, ran, told: watch.told, unsent: outbox.length },
    ...(watch.since !== undefined && { since: watch.since }),
  };
  const last = `the last run was ${describeAge(age)} ago`;
  if (warnings.length > 0) {
    const what =
      outbox.length > 0
        ? `not all messages arrive, and ${String(outbox.length)} wait`
        : 'a part of the last run failed';
    const text = `${what}; ${last}`;
    return { name: NAME, level: 'fail', text, evidence: warnings, hint: see, data };
  }
  const told =
    watch.told.length > 0 ? `reported: ${watch.told.join(', ')}` : 'no failure to report';
  return { name: NAME, level: 'ok', text: `${told}; ${last}`, data };
}

function stateIn(output: string): z.infer<typeof stateSchema> | undefined {
  const [, text = ''] = /^state (.*)$/m.exec(output) ?? [];
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
