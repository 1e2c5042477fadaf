import type { Environment } from '../../../inventory/environment.js';
import type { MadeSecrets } from './make-secrets.js';

/** What is left to do, for people. */
export function nextSteps(
  { name, hosts, resources = {}, sections }: Environment,
  file: string,
  {
    open,
    needsKey,
    canRehearse,
  }: Pick<MadeSecrets, 'open' | 'needsKey'> & { readonly canRehearse: boolean },
): string {
  const guessed = hosts.filter(({ address }) => /(?:^|\.)example\.(?:org|com|net)$/.test(address));
  const create = Object.entries(resources).map(([what, where]) => `  ${what}: ${where}`);
  const steps = [
    ...(guessed.length > 0
      ? [`write the address of ${guessed.map((host) => host.name).join(', ')} into ${file}`]
      : []),
    ...(needsKey === undefined
      ? []
      : [
          needsKey,
          `npx nx g @fairness-deploy/core:environment ${name}   # again: it writes the secrets`,
        ]),
    ...(open.length > 0
      ? [`npx nx run ${name}:secrets     # values for ${open.join(', ')}`]
      : [`npx nx run ${name}:secrets     # its secrets, where it needs any`]),
    // A sandbox is disposable itself.
    ...(canRehearse && !('sandbox' in sections)
      ? [`npx nx run ${name}:rehearse    # try it whole, on disposable hosts of this machine`]
      : []),
    `npx nx run ${name}:ping        # can we reach it?`,
    `npx nx run ${name}:plan        # what would change?`,
    `npx nx run ${name}:provision   # set it up`,
    `npx nx run ${name}:deploy      # deploy its branch`,
  ];
  return [
    '',
    ...(create.length === 0
      ? [`Create its computing resources, and write them into ${file} (resources).`]
      : ['Create its computing resources:', ...create]),
    'Next:',
    ...steps.map((step) => `  ${step}`),
  ].join('\n');
}
