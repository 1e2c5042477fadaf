import { listHosts, stopHost } from '@fairness-deploy/sandbox';

/** Takes down all hosts of a workspace. */
export async function stopHosts(workspace: string): Promise<void> {
  const own = (await listHosts()).filter((host) => host.workspace === workspace);
  await settled(own.map((host) => stopHost(host)));
}

/** Like Promise.all, but nothing is under way any more when it throws. */
export async function settled<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
