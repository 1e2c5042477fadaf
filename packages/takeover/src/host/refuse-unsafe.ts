import type { Login } from '@fairness-deploy/shell';
import { HintedError, printedError } from '@fairness-deploy/shell/text';
import type { Found } from '../old/found.js';
import type { Section } from '../section/section.js';

/**
 * Root reads, copies and removes in the old checkout: nobody may write to it but root, the user of the
 * login, and the user in whose home it is, as the path says.
 *
 * @throws HintedError when others can, or when a file can't be one of the old roles.
 */
export function refuseUnsafe(
  { checkout, keep }: Section,
  found: Found,
  login: Login | undefined,
): void {
  const [large] = found.large;
  if (large !== undefined) {
    throw new HintedError(
      `Cannot take over the old application: ${large} is larger than 64 KiB, and so no file of the old roles`,
      { hint: 'name the old files: takeover.programs and takeover.sites' },
    );
  }
  if (found.unsafe !== undefined) throw printedError(found.unsafe);
  const { mounts } = found;
  if (mounts.length > 0 && !keep) {
    throw new HintedError(
      `Cannot take over ${checkout}: what is mounted there would be removed: ${mounts.join(' ')}`,
      {
        hint: `unmount it: umount ${mounts.toReversed().join(' ')}; or keep the checkout: takeover: { keep: true }`,
      },
    );
  }
  const owner = found.checkout;
  if (owner === undefined || owner === 'root' || !login || owner === login.user || found.ownHome)
    return;
  throw new HintedError(
    `Cannot take over ${checkout}: it belongs to ${owner}, and the login is ${login.user}`,
    {
      hint: `log in as ${owner}: hosts.<host>.user; or give it to root: chown -R root: ${checkout}`,
    },
  );
}
