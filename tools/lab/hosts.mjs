/** Takes down all hosts of a workspace. */
export async function stopHosts(sandbox, workspace) {
  const own = sandbox.listHosts().filter((host) => host.workspace === workspace);
  await settled(own.map((host) => sandbox.stopHost(host)));
}

/** Like Promise.all, but nothing is under way any more when it throws. */
export async function settled(promises) {
  const ends = await Promise.allSettled(promises);
  const failed = ends.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  return ends.map(({ value }) => value);
}
