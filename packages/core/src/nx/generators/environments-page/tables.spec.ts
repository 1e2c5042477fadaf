import { expect, it } from 'vitest';
import { environmentsTable, resourcesTable } from './tables.js';

const ENVIRONMENTS = [
  {
    name: 'prod',
    description: 'The shop | for customers',
    url: 'https://shop.example',
    resources: { VM: 'Hetzner, fsn1', DNS: 'Gandi' },
    facts: { Branch: 'main' },
  },
  { name: 'sandbox', facts: {} },
  { name: 'staging', resources: { VM: 'Hetzner\nnbg1' }, facts: { Branch: 'next', Region: 'eu' } },
];

it('environmentsTable() has a column for each fact of any environment', () => {
  expect(environmentsTable(ENVIRONMENTS)).toBe(
    String.raw`| Name | Description | URL | Branch | Region |
| --- | --- | --- | --- | --- |
| [prod](../environments/prod/environment.yaml) | The shop \| for customers | <https://shop.example> | main |  |
| [sandbox](../environments/sandbox/environment.yaml) |  |  |  |  |
| [staging](../environments/staging/environment.yaml) |  |  | next | eu |`,
  );
});

it('resourcesTable() has the resources of a name together', () => {
  expect(resourcesTable(ENVIRONMENTS)).toBe(`| Resource | Environment | Location |
| --- | --- | --- |
| VM | prod | Hetzner, fsn1 |
| VM | staging | Hetzner nbg1 |
| DNS | prod | Gandi |`);
});
