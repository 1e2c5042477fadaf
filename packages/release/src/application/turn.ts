import { sh, type Script } from '@fairness-deploy/shell';
import { colourIn } from './colour.js';
import type { Layout } from './layout.js';

/**
 * Lets the exclusive workers of a colour run, and no others: by the link `workers`, which moves in one
 * atomic step. Each such worker looks at it when it starts (see startFile()).
 *
 * @param colour the name of the shell variable that holds the colour
 */
export function giveTurn({ home }: Pick<Layout, 'home'>, colour: string): Script {
  return sh`
    (
    cd -- ${home}
    rm -f -- .next-workers
    ln -s -- colours/${colourIn(colour)} .next-workers
    mv -T -- .next-workers workers
    )`;
}

/** Lets the exclusive workers of no colour run, if it was this one's turn. */
export function takeTurnAway({ workers }: Pick<Layout, 'workers'>, colour: string): Script {
  return sh`[ "$(readlink -- ${workers} || :)" != colours/${colourIn(colour)} ] || rm -f -- ${workers}`;
}
