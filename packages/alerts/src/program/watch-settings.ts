import type { Layer } from '@fairness-deploy/core';

/** A check, as the program has it. */
export interface SettledCheck {
  readonly section: string;
  readonly name: string;
  readonly layer: Layer;
  /** The name of the function that judges it, and what that needs to know. */
  readonly judge: string;
  readonly about: unknown;
}

/** What the program knows of the environment. Without secrets. */
export interface WatchSettings {
  readonly environment: string;
  readonly host: string;
  /** In how many runs in a row a failure is seen before it is told. */
  readonly after: number;
  readonly checks: readonly SettledCheck[];
  /** A shell script that prints the records of the checks, and that of the host's lock. */
  readonly reads: string;
  /** Stands in the script for the mark of its records. */
  readonly mark: string;
  /** Where the values of secrets are that texts of the host may show: see secretValues(). */
  readonly secrets?: { readonly folder: string; readonly variables: readonly string[] };
}

/** The functions that judge, by section and name. */
export type Judges = Readonly<
  Record<string, Readonly<Record<string, (output: string, about: unknown) => unknown>>>
>;

/** The name of a check's record. */
export function checkRecord(at: number): string {
  return `check_${String(at)}`;
}

/** The record of the job that holds the host's lock. */
export const LOCK_RECORD = 'lock';
