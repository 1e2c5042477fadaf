import { hideVariable } from '@fairness-deploy/shell/client';
import type { Place } from '../environment/place.js';
import type { PasswordSettings } from '../environment/section.js';
import type { Keys } from '../file/keys.js';
import { findPassword, type World } from './find-password.js';

/** The keys of the user; each is searched for once, when a file needs it. */
export function keyRing(place: Place, settings: PasswordSettings, world: World): Keys {
  hideVariable(settings.variable);
  return {
    password: once(() => findPassword(place, settings, world)),
    identities: once(async () => {
      const [{ findIdentities }, { askHidden }] = await Promise.all([
        import('./find-identities.js'),
        import('./ask-hidden.js'),
      ]);
      return findIdentities(place, world, askHidden);
    }),
  };
}

function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => (found ??= find());
}
