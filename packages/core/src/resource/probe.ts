import { lines, Script } from '@fairness-deploy/shell';

/**
 * What many resources ask of a host, each about a subject of its own: the status of a path,
 * say. A program that is started once for all subjects takes a fraction of the time that it
 * takes to start it for each.
 */
export interface Probe {
  /**
   * Asks about all subjects, and leaves the answers in variables and functions of the shell,
   * for the reads that come after it. Never fails; reads find out by themselves what it
   * couldn't tell. Runs as root in that very shell, so it changes nothing else there.
   */
  ask(subjects: readonly string[]): Script;
}

/** What one resource asks. */
export interface Question {
  readonly probe: Probe;
  readonly subject: string;
}

/**
 * A script that begins with questions: a whole one by itself. Who runs many of them in one shell
 * asks their questions together and then runs what is left of each.
 */
export class ProbingScript extends Script {
  constructor(
    readonly questions: readonly Question[],
    /** What comes after the questions. */
    readonly rest: Script,
  ) {
    super(lines(...questions.map(({ probe, subject }) => probe.ask([subject])), rest).text);
  }
}
