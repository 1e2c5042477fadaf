import { STATE } from '../state-folder.js';
import { fail, type Script, sh } from '@fairness-deploy/shell';
import { printContent, type Content } from './content.js';
import { fileState, parseFile, readFile, type FileState } from './file-text.js';
import { fullOwnership, type FullOwnership } from './ownership.js';
import { splitPath } from './path.js';
import { stageAndRename } from './stage.js';

/** A file that a running program loads together with others, any of which can break the whole. */
export interface LiveFile {
  readonly path: string;
  /**
   * Fails, and says why, when the program couldn't load all of its files with this one in its place
   * (undefined: gone).
   */
  readonly check: (staged: string | undefined) => Script;
  /** Makes the program load its files. Status {@link OTHERS_BROKEN}: other files prevent that. */
  readonly load: Script;
  /**
   * Whether a running program has the file after `load`, which is then a part of its state. False
   * when `load` only checks it in its place. Default: true.
   */
  readonly isLoaded?: boolean;
}

/** The parts of a live file. */
export interface LiveContent {
  readonly ownership: FullOwnership;
  /** Prints it. */
  readonly print: Script;
  /** Fails when the staged file must not go live; runs before the program's check. */
  readonly validate?: ((staged: string) => Script) | undefined;
}

export interface LiveFileState extends FileState {
  readonly loaded: boolean;
}

/** Status of a load that other files prevent. As sysexits.h EX_TEMPFAIL. */
export const OTHERS_BROKEN = 75;

/** The owner and mode of files that a plugin makes. */
const OWNERSHIP = fullOwnership({}, '0644');

/**
 * The copy of the file as it was last loaded, with its time of modification; empty if it did not
 * exist.
 */
export function keptPath(path: string): string {
  return `${STATE}/kept${path}`;
}

/** Prints, before the file's state if there is any, that it differs from the loaded one. */
export const PENDING: Script = sh`echo pending`;

/** Succeeds when the file is there, and is the one that was last loaded. */
export function isLoaded(path: string): Script {
  const kept = keptPath(path);
  return sh`[ -s ${kept} ] && [ -e ${path} ] && [ ! ${path} -nt ${kept} ] && [ ! ${path} -ot ${kept} ]`;
}

/** Prints the file's state, and whether it is the loaded one. */
export function readLive(path: string, content: Content | undefined): Script {
  const kept = keptPath(path);
  return sh`
    if ${isLoaded(path)}; then
      echo loaded
    elif [ -e ${kept} ] || [ -e ${path} ]; then
      ${PENDING}
    fi
    ${readFile(path, content)}`;
}

/** Parses the output of {@link readLive}. */
export function parseLive(
  output: string,
  path: string,
  content: Content | undefined,
  ownership: FullOwnership = OWNERSHIP,
): LiveFileState {
  const at = output.indexOf('\n') + 1;
  const loaded = output.slice(0, at) === 'loaded\n';
  const rest = output.slice(at);
  const absent = { content: '', mode: undefined, owner: undefined, group: undefined };
  return {
    ...(rest === '' ? absent : parseFile(rest, { path, content, ownership })),
    loaded,
  };
}

export function liveState(content: string): LiveFileState {
  return { ...fileState(content, OWNERSHIP), loaded: true };
}

/**
 * Puts the file in place after its check, and makes the program load it. When that fails, the file
 * is restored as it was last loaded. After an interrupted run, the file counts as not loaded.
 */
export function writeLive(
  { path, check, load }: LiveFile,
  { ownership, print, validate }: LiveContent,
): Script {
  return sh`
    ${stageAndRename({
      path,
      ownership,
      print,
      validate: (staged) => sh`
        ${validate ? sh`( ${validate(staged)} )` : sh`:`}
        ( ${check(staged)} )
        ${keep(path)}`,
    })}
    ${loadOrRestoreKept(path, load)}
    ${settle(path)}`;
}

/**
 * The same for a plugin's file whose content comes from the host.
 *
 * @param print prints the content
 */
export function placeLive(live: LiveFile, print: Script): Script {
  return writeLive(live, { ownership: OWNERSHIP, print });
}

/** The parts of a plugin's file. */
export function liveContent(configuration: string): LiveContent {
  return { ownership: OWNERSHIP, print: printContent(configuration) };
}

/** Removes the file, unless the others need it, and makes the program load that. */
export function removeLive({ path, check, load }: LiveFile): Script {
  return sh`
    if [ -e ${path} ] || [ -L ${path} ]; then
      ( ${check(undefined)} )
      ( ${keep(path)} )
      rm -f -- ${path}
    fi
    ${loadOrRestoreKept(path, load)}
    rm -f -- ${keptPath(path)}`;
}

/** Unless an interrupted run did: the present file isn't the one that was loaded. */
function keep(path: string): Script {
  const kept = keptPath(path);
  return sh`
    if [ ! -e ${kept} ]; then
      umask 077
      mkdir -p -- ${splitPath(kept).folder}
      if [ -f ${path} ]; then cp -pL -- ${path} ${`${kept}.new`}; else : >${`${kept}.new`}; fi
      sync -- ${`${kept}.new`}
      mv -fT -- ${`${kept}.new`} ${kept}
    fi`;
}

function settle(path: string): Script {
  const kept = keptPath(path);
  return sh`
    umask 077
    cp -p -- ${path} ${`${kept}.new`}
    mv -fT -- ${`${kept}.new`} ${kept}`;
}

function loadOrRestoreKept(path: string, load: Script): Script {
  const { folder, name } = splitPath(path);
  const back = `${folder}/.${name}.fd-back`;
  const kept = keptPath(path);
  return loadOrRestore(
    path,
    load,
    sh`
      if [ -s ${kept} ]; then
        cp -pT -- ${kept} ${back}
        mv -fT -- ${back} ${path}
      else
        rm -f -- ${path}
      fi`,
  );
}

/** Loads the file at a path; when that fails, restores the old one and loads that. */
export function loadOrRestore(path: string, load: Script, restore: Script): Script {
  return sh`
    fd_load() {
    set -eu
    ${load}
    }
    # Not in a condition: there, the shell would continue after a failure inside.
    set +e
    ( fd_load )
    fd_status=$?
    set -e
    if [ "$fd_status" = ${OTHERS_BROKEN} ]; then
      ${fail(`Cannot load ${path}: it is in place, but another file is broken, see above`, 'fix or remove that file and run this again')}
    elif [ "$fd_status" != 0 ]; then
      ${restore}
      ( fd_load ) >/dev/null 2>&1 || :
      ${fail(`Cannot load ${path}: it has been put back as it was`)}
    fi`;
}
