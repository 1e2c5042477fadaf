import { describe, expect, it } from 'vitest';
import { hostId } from '../driver/host-id.js';
import { recordOn } from './container-labels.js';
import type { ContainerRecord } from './container-record.js';

const key = { name: 'web.shop', workspace: '/srv/clone' };
const record: ContainerRecord = {
  ...{ version: 1, id: hostId(key), ...key, environment: 'shop' },
  ...{ engine: 'podman', release: 'bookworm', ports: { 22: 40022 }, personalised: true },
};
const name = `fairness-deploy-${record.id}`;
const labelled = (label: unknown) => ({
  name,
  labels: { 'fairness-deploy.record': typeof label === 'string' ? label : JSON.stringify(label) },
});

describe('recordOn()', () => {
  it('reads the record of a host', () => {
    expect(recordOn(labelled(record), 'podman')).toEqual(record);
  });

  it('takes the engine that has the container, whatever the label says', () => {
    expect(recordOn(labelled({ ...record, engine: 'docker' }), 'podman')).toEqual(record);
  });

  it.each<[string, unknown]>([
    ['no JSON', '{'],
    ['no record', null],
    ['a program as the engine', { ...record, engine: '/tmp/evil' }],
    ['another id than the host has', { ...record, id: `${hostId(key)}0` }],
    ['a name that no host has', { ...record, name: '--privileged' }],
    ['a path as the id', { ...record, id: '../../etc' }],
    ['a release that there is not', { ...record, release: '../x' }],
    ['ports that are none', { ...record, ports: { 22: '1 --privileged' } }],
  ])('leaves out %s', (_, label) => {
    expect(recordOn(labelled(label), 'podman')).toBeUndefined();
  });

  it('leaves out the record of another container, and a container without one', () => {
    expect(recordOn({ ...labelled(record), name: 'other' }, 'podman')).toBeUndefined();
    expect(recordOn({ name, labels: {} }, 'podman')).toBeUndefined();
  });
});
