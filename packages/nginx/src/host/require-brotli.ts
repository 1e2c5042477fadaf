import { RELEASE_FACT, releaseOf, type Resource } from '@fairness-deploy/core/resources';
import { HintedError } from '@fairness-deploy/shell/text';

const ADDRESS = 'nginx:brotli';

/**
 * Refuses the plan where the host's release has no modules of nginx for brotli: apt would fail half way.
 */
export function requireBrotli(): Resource {
  return {
    address: ADDRESS,
    ...{ after: [], follows: [], read: RELEASE_FACT },
    plan(output) {
      const release = releaseOf(output.trim());
      if (!release || release.brotli.length > 0) return undefined;
      throw new HintedError(`${release.name} has no modules of nginx for brotli`, {
        hint: 'remove it from environment.yaml: nginx: { brotli: true }',
      });
    },
    equals: (other) => other.address === ADDRESS,
  };
}
