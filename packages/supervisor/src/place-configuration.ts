import { byColour, findReleaseId, layoutOf } from '@fairness-deploy/release';
import { type Application } from '@fairness-deploy/core';
import { fail, sh, type Script } from '@fairness-deploy/shell';
import { configurationFile, releaseFile } from './layout.js';
import { tryConfiguration } from './try-configuration.js';

/**
 * Puts the configuration of a colour's release where Supervisor reads it, when
 * Supervisor's own parser accepts it with all other files. Nothing is loaded yet.
 *
 * @param colour the name of the shell variable that holds the colour
 */
export function placeConfiguration(application: Application, colour: string): Script {
  const layout = layoutOf(application);
  return byColour(colour, (of) => {
    const path = configurationFile(application.name, of);
    const staged = `${path}.fd-new`;
    const made = sh`${layout.configuration}/"$fd_id"/${releaseFile(of)}`;
    return sh`
      [ -d /etc/supervisor/conf.d ] || ${fail('Cannot configure Supervisor: it is not installed', 'provision first')}
      ${findReleaseId(
        `${layout.colours}/${of}/release`,
        fail('Cannot configure Supervisor: the colour has no release', 'deploy again'),
      )}
      install -m 0644 -- ${made} ${staged}
      ( ${tryConfiguration({ path, staged })} ) || { rm -f -- ${staged}; exit 1; }
      sync -- ${staged}
      mv -fT -- ${staged} ${path}`;
  });
}

/** Removes a colour's configuration: Supervisor has no programs of that colour after its next start. */
export function removeConfiguration(application: Application, colour: string): Script {
  return byColour(colour, (of) => sh`rm -f -- ${configurationFile(application.name, of)}`);
}
