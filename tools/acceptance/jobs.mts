import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const JOBS = 10;

/** How long the worker may take for the jobs, in seconds. */
const WORK_TIMEOUT_SECONDS = 30;

const countsSchema = z.object({ completed: z.number(), failed: z.number() });

/** Puts jobs into the queue of the recipe for a worker, and waits until it has done them. */
export async function postsJobs(address: string): Promise<readonly string[]> {
  const url = `http://${address}/mails`;
  const counts = async () => countsSchema.parse(await (await fetch(url)).json());
  const before = await counts();
  for (let job = 0; job < JOBS; job += 1) {
    const { status } = await fetch(`${url}?to=robin${String(job)}`, { method: 'POST' });
    if (status !== 202) return [`a job was answered by ${String(status)}`];
  }
  let now = before;
  for (let second = 0; second < WORK_TIMEOUT_SECONDS; second += 1) {
    now = await counts();
    if (now.completed === before.completed + JOBS) return [];
    await sleep(1000);
  }
  return [
    `after ${String(JOBS)} jobs it says ${JSON.stringify(now)}, before ${JSON.stringify(before)}`,
  ];
}
