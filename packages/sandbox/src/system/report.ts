/** Takes one line of progress, for people. */
export type Report = (line: string) => void;

/** For callers that don't show progress. */
export const silent: Report = () => undefined;
