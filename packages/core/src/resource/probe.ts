import { lines, Script } from '@fairness-deploy/shell';

/**
 * A question that many resources ask of a host, each about a subject of its own, such as the status
 * of a path. Starting one program for all subjects is much faster than one for each.
 */
export interface Probe {
  /**
   * Asks about all subjects, and leaves the answers in variables and functions of the shell, for
   * the reads that come after it. Never fails; a read must notice a missing answer. Runs as root in
   * that very shell, so it changes nothing else there.
   */
  ask(subjects: readonly string[]): Script;
}

/** The question of one resource. */
export interface Question {
  readonly probe: Probe;
  readonly subject: string;
}

/**
 * A script that begins with questions; it runs alone as well. A caller that runs many of them in
 * one shell asks their questions together and then runs the rest of each.
 */
export class ProbingScript extends Script {
  constructor(
    readonly questions: readonly Question[],
    /** The script without its questions. */
    readonly rest: Script,
  ) {
    super(lines(...questions.map(({ probe, subject }) => probe.ask([subject])), rest).text);
  }
}
