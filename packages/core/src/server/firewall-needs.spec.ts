import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { definePlugin } from '../plugin/plugin.js';
import { exampleContext, exampleEnvironment } from '../testing/example.js';
import { firewallNotes } from './firewall-needs.js';
import { serverSchema } from './server-schema.js';

const site = definePlugin({
  section: 'site',
  schema: z.string(),
  urls: ({ section }) => [section],
  neededPorts: () => [{ port: 5432, what: 'the database', from: ['10.1.0.5', '10.2.0.0/16'] }],
});

function notes(url: string, allow: readonly unknown[], client = '', more: object = {}) {
  const section = serverSchema.parse({ firewall: { allow } });
  const environment = exampleEnvironment({ sections: { site: url, ...more } });
  const context = { ...exampleContext(section, environment), plugins: [site] };
  return firewallNotes(context).flatMap((resource) => resource.notes?.(`${client}\n`) ?? []);
}

const DATABASE = { port: 5432, from: '10.0.0.0/8' };

describe('firewallNotes()', () => {
  it('says nothing where everybody gets in who has to', () => {
    expect(notes('https://shop.example/', ['ssh', 'https', DATABASE], '192.0.2.7')).toEqual([]);
    expect(notes('http://shop.example:8005/', ['ssh', { ports: '8000-8010' }, DATABASE])).toEqual(
      [],
    );
  });

  it('names the ports of sites that are closed, or not open for everybody', () => {
    expect(notes('https://shop.example/', ['ssh', 'http', DATABASE])).toEqual([
      'The firewall does not let everybody in on port 443, which https://shop.example/ needs: add https to server.firewall.allow, unless that is meant',
    ]);
    expect(
      notes('http://shop.example/', ['ssh', { port: 'http', from: '10.0.0.0/8' }, DATABASE]),
    ).toHaveLength(1);
    expect(notes('https://shop.example/', ['ssh', 'https', DATABASE], '', { certbot: {} })).toEqual(
      [
        'The firewall does not let everybody in on port 80, which certbot for https://shop.example/ needs: add http to server.firewall.allow, unless that is meant',
      ],
    );
  });

  it('names the clients of other services that are kept out', () => {
    const allow = ['ssh', 'https', { port: 5432, from: ['10.1.0.0/16', '10.2.1.0/24'] }];
    expect(notes('https://shop.example/', allow)).toEqual([
      'The firewall does not let 10.2.0.0/16 in on port 5432, which the database needs: add { port: 5432, from: 10.2.0.0/16 } to server.firewall.allow, unless that is meant',
    ]);
  });

  it('tells a client that it locks itself out', () => {
    const allow = [{ port: 'ssh', from: ['10.0.0.0/8', 'fd00::/8'] }, 'https', DATABASE];
    expect(notes('https://shop.example/', allow, '10.1.2.3')).toEqual([]);
    expect(notes('https://shop.example/', allow, 'fd00::7')).toEqual([]);
    expect(notes('https://shop.example/', allow, '192.0.2.7')).toEqual([
      expect.stringContaining('Add { port: ssh, from: 192.0.2.7 } to server.firewall.allow'),
    ]);
  });
});
