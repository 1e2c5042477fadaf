import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sendWebhook, z } from '@fairness-deploy/core';
import { Text } from '@fairness-deploy/shell/secret';
import { RECIPIENTS, STATE_FILE, stateInMemory } from '../section/paths.js';
import { findCauses } from './find-causes.js';
import { keep, readKept, type Places } from './kept-file.js';
import { messageOf, type Message } from './message.js';
import { addNewerMethods } from './newer-arrays.js';
import { outboxSchema, posted, recipientsSchema, sendAll, type Recipients } from './outbox.js';
import { runReads } from './run-reads.js';
import { maskOf } from './secret-values.js';
import { nextState, watchStateSchema, WELL, type WatchState } from './watch-state.js';
import type { Judges, WatchSettings } from './watch-settings.js';

/** Seconds after the start of the host in which it may not be complete yet. */
const START_SECONDS = 180;

/** What is kept between two runs. */
const fileSchema = z.object({
  watch: watchStateSchema,
  outbox: outboxSchema,
  /** When the last run ended, ISO 8601, UTC. */
  ran: z.iso.datetime(),
  /** Why something could not be sent. */
  warnings: z.array(z.string()),
});
type Kept = Omit<z.infer<typeof fileSchema>, 'watch' | 'warnings'> & {
  readonly watch: WatchState;
  readonly warnings: readonly string[];
};

/**
 * One run: reads, judges, and tells what has changed. With the word `test`, sends a message to everybody instead.
 *
 * @param folder where the program, its recipients and its state are
 */
export async function main(
  settings: WatchSettings,
  judges: Judges,
  folder: string,
  words: readonly string[],
): Promise<void> {
  addNewerMethods();
  const recipients = recipientsSchema.parse(
    JSON.parse(readFileSync(join(folder, RECIPIENTS), 'utf8')),
  );
  process.exitCode = words.includes('test')
    ? await sendTest(settings, recipients)
    : await watch(settings, judges, folder, recipients);
}

async function watch(
  settings: WatchSettings,
  judges: Judges,
  folder: string,
  recipients: Recipients,
): Promise<number> {
  const now = new Date();
  const places = { file: join(folder, STATE_FILE), inMemory: stateInMemory(basename(folder)) };
  const kept = readState(places);
  const found = findCauses(settings, judges, await runReads(settings), now);
  const { state, news } = nextState(kept.watch, found.causes, {
    ...{ now, after: settings.after, busy: found.busy || uptimeSeconds() < START_SECONDS },
  });
  const outbox = news
    ? posted(kept.outbox, recipients, messageOf(settings, news, now, maskOf(settings.secrets)), now)
    : kept.outbox;
  // What is told is kept before it is sent: it is sent twice rather than never.
  const unkept = write(places, { ...kept, watch: state, outbox });
  const { unsent, warnings } = await sendAll(outbox, recipients, now);
  const dead = await tellAlive(settings, recipients);
  const all = [...warnings, dead, unkept].filter((warning) => warning !== undefined);
  write(places, { watch: state, outbox: unsent, ran: now.toISOString(), warnings: all });
  for (const warning of all) console.error(warning);
  return all.length > 0 ? 1 : 0;
}

async function sendTest(settings: WatchSettings, recipients: Recipients): Promise<number> {
  const { environment, host } = settings;
  const subject = `${environment}, ${host}: a test of the alerts`;
  const message: Message = {
    ...{ subject, text: `🔔 ${subject}` },
    data: { environment, host, state: 'test', at: new Date().toISOString() },
  };
  const now = new Date();
  const { warnings } = await sendAll(posted([], recipients, message, now), recipients, now);
  for (const warning of warnings) console.error(warning);
  return warnings.length > 0 ? 1 : 0;
}

/** Tells the dead man's switch that the host watches itself, whatever it has found. */
function tellAlive(
  { environment, host }: WatchSettings,
  { deadMansSwitch }: Recipients,
): Promise<string | undefined> {
  return deadMansSwitch === undefined
    ? Promise.resolve(undefined)
    : sendWebhook(Text.of(deadMansSwitch), { environment, host });
}

/** A new state where there is none yet, or a broken one. */
function readState(places: Places): Kept {
  try {
    return fileSchema.parse(JSON.parse(readKept(places)));
  } catch {
    return { watch: WELL, outbox: [], ran: new Date(0).toISOString(), warnings: [] };
  }
}

function write(places: Places, kept: Kept): string | undefined {
  return keep(places, `${JSON.stringify(kept)}\n`);
}

function uptimeSeconds(): number {
  return Number.parseFloat(readFileSync('/proc/uptime', 'utf8'));
}
