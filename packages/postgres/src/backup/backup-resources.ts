import { dirname } from 'node:path/posix';
import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import {
  aptPackages,
  directory,
  file,
  MANAGED_NOTE,
  timer,
  type Resource,
} from '@fairness-deploy/core/resources';
import { lines, literal, sh, type Script } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';
import { defineClient } from '../connection/client.js';
import { stateFolder } from '../connection/paths.js';
import type { Section } from '../section/section.js';
import { isBackupHost } from './backup-host.js';
import { bucketVariables } from './bucket.js';
import { backupNow } from './make-backup.js';
import { backupFolder, bucketFile, programFile, recipientsFile, timerName } from './paths.js';
import { recipients } from './recipients.js';

/** A backup of some hundred gigabytes takes hours. */
const TIMEOUT_SECONDS = 43_200;

/**
 * What backups need on the host that makes them: the folder, age and rclone, the public keys, the access
 * to the bucket, and the timer. Elsewhere, none of it.
 */
export function backupResources(context: PluginContext<Section>): readonly Resource[] {
  const { name } = applicationOf(context.environment);
  const { schedule, bucket } = context.section.backups ?? {};
  const here = isBackupHost(context);
  const keys = here ? recipients(context) : undefined;
  const own = (path: string, content: Text | undefined, mode = '0600'): Resource =>
    content === undefined
      ? file({ path }, { ensure: 'absent' })
      : file({ path, mode, content }, { after: [`directory:${stateFolder(name)}`] });
  const files = [
    own(recipientsFile(name), keys && Text.of(keys.map((key) => `${key}\n`).join(''))),
    own(bucketFile(name), here && bucket ? bucketVariables(bucket) : undefined),
  ];
  const packages = [...(keys ? ['age'] : []), ...(here && bucket ? ['rclone'] : [])];
  const program = own(
    programFile(name),
    here && schedule !== undefined ? programText(context) : undefined,
    '0700',
  );
  const store = here ? storeFolders(name) : [];
  const units =
    here && schedule !== undefined
      ? timer(
          {
            name: timerName(name),
            description: `Backup of the database of ${name}`,
            command: [programFile(name)],
            ...{ schedule, timeoutSeconds: TIMEOUT_SECONDS },
          },
          { after: [program, ...files, ...store] },
        )
      : timer({ name: timerName(name) }, { ensure: 'absent' });
  return [
    ...store,
    ...(packages.length > 0 ? [aptPackages({ names: packages })] : []),
    ...[...files, program, ...units],
  ];
}

function storeFolders(name: string): readonly Resource[] {
  const path = backupFolder(name);
  const all = directory({ path: dirname(path), mode: '0711', parents: true });
  return [all, directory({ path, mode: '0700' }, { after: [all] })];
}

/** The program that the timer runs. It holds no secret. */
function programText(context: PluginContext<Section>): Text {
  return Text.of(
    lines(
      sh`
        #!/bin/sh
        ${literal(`# ${MANAGED_NOTE}`)}
        set -eu
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
        export PATH LC_ALL`,
      waitForServer(context),
      backupNow(context, 'schedule', { wait: 0 }),
    ).text,
    '\n',
  );
}

/** Seconds. A run that was missed begins while the host, and its server, start. */
const START_SECONDS = 60;

/** Waits until the server answers. When it does not, the backup says why. */
function waitForServer({ environment }: PluginContext<Section>): Script {
  const { name, user } = applicationOf(environment);
  return sh`
    ${defineClient(user, name)}
    fd_end=$(($(date +%s) + ${START_SECONDS}))
    until fd_pg pg_isready -q -t 3 || [ "$(date +%s)" -ge "$fd_end" ]; do
      sleep 1
    done`;
}
