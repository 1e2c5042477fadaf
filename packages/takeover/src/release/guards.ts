import type { Application } from '@fairness-deploy/core';
import { sh, type Script } from '@fairness-deploy/shell';
import { placesOf } from '../section/places.js';

/** Runs a script while an old application is taken over. */
export function unlessDone(application: Application, script: Script): Script {
  return sh`
    [ -f ${placesOf(application).record} ] || exit 0
    ${script}`;
}

/** A step of its own: it changes the folder, and may end. */
export function inSubshell(script: Script): Script {
  return sh`
    (
    ${script}
    )`;
}
