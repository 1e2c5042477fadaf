import { describe, expect, it } from 'vitest';
import { RollingDeployment } from './rolling-deployment.js';

/** Hosts that go through their stations, and what they have passed, in order. */
class Fleet {
  readonly passed: string[] = [];
  readonly rolling: RollingDeployment;
  readonly #steps: ReadonlyMap<string, ReturnType<RollingDeployment['steps']>>;

  constructor(
    hosts: readonly string[],
    batch: number,
    migrating: readonly string[] = [],
    handsOver = false,
  ) {
    this.rolling = new RollingDeployment(hosts, batch, { migrating, handsOver });
    this.#steps = new Map(hosts.map((host) => [host, this.rolling.steps(host)]));
  }

  stations(host: string): readonly string[] {
    return (this.#steps.get(host) ?? []).map(({ name }) => name);
  }

  /** The host gets to its next point; what it waits for is settled by the others. */
  async arrive(host: string): Promise<void> {
    const at = this.passed.filter((one) => one.startsWith(`${host} `)).length;
    const step = this.#steps.get(host)?.[at];
    if (!step?.onClient) throw new Error(`${host} has passed all its stations`);
    void step
      .onClient(() => undefined, new AbortController().signal)
      .then(
        () => this.passed.push(`${host} ${step.name}`),
        (error: unknown) => this.passed.push(`${host} stopped: ${String(error)}`),
      );
    await turn();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const TURN = 'wait for its turn';
const WELL = 'wait until all hosts are well';

describe('RollingDeployment', () => {
  it('lets hosts go live one after the other, and stop the old releases together', async () => {
    const fleet = new Fleet(['a', 'b', 'c'], 1);
    await fleet.arrive('b');
    await fleet.arrive('a');
    // c has not built yet.
    expect(fleet.passed).toEqual([]);
    await fleet.arrive('c');
    expect(fleet.passed).toEqual([`a ${TURN}`]);
    await fleet.arrive('a');
    expect(fleet.passed).toEqual([`a ${TURN}`, `b ${TURN}`]);
    await fleet.arrive('b');
    expect(fleet.passed.at(-1)).toBe(`c ${TURN}`);
    await fleet.arrive('c');
    expect(fleet.passed.slice(3).sort()).toEqual([`a ${WELL}`, `b ${WELL}`, `c ${WELL}`]);
  });

  it('hands workers over on no host before all are well, and stops nothing before all have', async () => {
    const fleet = new Fleet(['a', 'b'], 2, [], true);
    const workers = 'wait until all workers are well';
    expect(fleet.stations('a')).toEqual([TURN, WELL, workers]);
    for (const host of ['a', 'b', 'a', 'b', 'a']) await fleet.arrive(host);
    expect(fleet.passed).toEqual([`a ${TURN}`, `b ${TURN}`, `a ${WELL}`, `b ${WELL}`]);
    await fleet.arrive('b');
    expect(fleet.passed.slice(4).sort()).toEqual([`a ${workers}`, `b ${workers}`]);
  });

  it('takes as many at a time as a batch has', async () => {
    const fleet = new Fleet(['a', 'b', 'c'], 2);
    for (const host of ['a', 'b', 'c']) await fleet.arrive(host);
    expect(fleet.passed).toEqual([`a ${TURN}`, `b ${TURN}`]);
    await fleet.arrive('a');
    expect(fleet.passed).toHaveLength(2);
    await fleet.arrive('b');
    expect(fleet.passed.at(-1)).toBe(`c ${TURN}`);
  });

  it('migrates on the first host, once all the others have built', async () => {
    const fleet = new Fleet(['a', 'b'], 1, ['a']);
    expect(fleet.stations('a')).toEqual(['wait until all hosts have built', TURN, WELL]);
    expect(fleet.stations('b')).toEqual([TURN, WELL]);
    await fleet.arrive('a');
    expect(fleet.passed).toEqual([]);
    await fleet.arrive('b');
    expect(fleet.passed).toEqual(['a wait until all hosts have built']);
    await fleet.arrive('a');
    expect(fleet.passed.at(-1)).toBe(`a ${TURN}`);
  });

  it('lets hosts migrate one after the other, where several do', async () => {
    const fleet = new Fleet(['a', 'b', 'c'], 1, ['a', 'c']);
    for (const host of ['a', 'b']) await fleet.arrive(host);
    expect(fleet.passed).toEqual([]);
    await fleet.arrive('c');
    expect(fleet.passed).toEqual(['a wait until all hosts have built']);
    await fleet.arrive('a');
    expect(fleet.passed.slice(1)).toContain('c wait until all hosts have built');
    await fleet.arrive('c');
    expect(fleet.passed).toContain(`a ${TURN}`);
  });

  it('stops all others when one fails: those that wait, and those that come later', async () => {
    const fleet = new Fleet(['a', 'b', 'c'], 1);
    for (const host of ['a', 'b', 'c', 'a']) await fleet.arrive(host);
    fleet.rolling.failed('b');
    await turn();
    const stopped = 'stopped: Error: the deployment to b failed';
    expect(fleet.passed.slice(2).sort()).toEqual([`a ${stopped}`, `c ${stopped}`]);
    await fleet.arrive('b');
    expect(fleet.passed.at(-1)).toBe(`b ${stopped}`);
  });
});
