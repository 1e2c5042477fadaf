import type { Difference } from '@fairness-deploy/core/resources';
import { programsFile, type Section } from '../section/section.js';
import type { TakeoverRecord } from '../section/record.js';
import type { Found } from './found.js';

/** What becomes of each old thing, for the plan: adopted, replaced, removed or kept. */
export function describeFound(
  found: Found,
  { routes, groups }: TakeoverRecord,
  section: Section,
): readonly Difference[] {
  const { checkout, keep } = section;
  const gone = keep ? 'kept' : 'removed by the first deployment';
  const row = (field: string, from: string, to: string): Difference => ({
    ...{ kind: 'value', field, from, to },
  });
  return [
    ...groups.map((group) =>
      row(`program ${group}`, 'runs', 'adopted; the first deployment stops it'),
    ),
    row(programsFile(section), 'is there', 'removed by the first deployment'),
    ...routes.map(({ path, ports }) =>
      row(`requests for ${path}`, 'the old site', `adopted: to the port ${ports.join(', ')}`),
    ),
    ...[...found.sites.keys()].map((name) =>
      row(`/etc/nginx/sites-enabled/${name}`, 'is there', 'replaced now'),
    ),
    ...found.certificates.map((name) =>
      row(`certificate ${name}`, 'is there', 'adopted, if it has the names of a site'),
    ),
    ...(found.dhparams ? [row('/etc/nginx/dhparams.pem', 'is there', gone)] : []),
    ...found.shared.map((path) =>
      row(`${checkout}: ${path}`, 'is there', 'adopted: copied by the first deployment'),
    ),
    ...(found.checkout === undefined ? [] : [row(checkout, 'is there', gone)]),
    ...found.variables.map((name) =>
      row(
        `${checkout}/${name}`,
        'is there',
        keep ? 'kept' : 'replaced by the variables of the environment',
      ),
    ),
    ...(found.nvm === undefined ? [] : [row(found.nvm, 'is there', gone)]),
    ...found.links.map((path) =>
      row(path, 'leads to the Node.js of nvm', keep ? 'kept' : 'replaced by the first deployment'),
    ),
  ];
}
