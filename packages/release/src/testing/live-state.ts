import type { Application } from '@fairness-deploy/core';
import { sh, type Script } from '@fairness-deploy/shell';
import { colourFolder } from '../application/colour.js';
import { layoutOf, variablesPath } from '../application/layout.js';
import { programsOf } from '../application/program.js';
import { programsJson, PROGRAMS_JSON } from '../application/programs-file.js';
import type { HistoryEntry } from '../host/history-entry.js';
import { lineOf } from './entry.js';

/** Leaves a host as if a release were live in blue, as far as reading it can tell. */
export function makeLive(application: Application, entry: HistoryEntry): Script {
  const layout = layoutOf(application);
  const blue = colourFolder(layout, 'blue');
  return sh`
    mkdir -p ${`${layout.releases}/${entry.release}`} ${blue} ${layout.variables}
    : >${variablesPath(layout, entry.release)}
    mkdir -p ${`${layout.configuration}/${entry.release}`}
    printf %s ${programsJson(programsOf(application, 1))} >${`${layout.configuration}/${entry.release}/${PROGRAMS_JSON}`}
    ln -sfn ${`../../releases/${entry.release}`} ${`${blue}/release`}
    ln -sfn colours/blue ${layout.live}
    printf '%s\n' ${lineOf(entry)} >>${layout.history}`;
}
