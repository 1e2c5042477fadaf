import { isRecord } from '@fairness-deploy/environment-file';

/** A script of a CI's file, and the variables that the file gives it. */
export interface Script {
  readonly job: string;
  /** The step's name, where it has one. */
  readonly name?: string;
  readonly script: string;
  readonly variables: Readonly<Record<string, string>>;
}

type Data = Readonly<Record<string, unknown>>;

/** The scripts of a parsed workflow of GitHub, or of parsed jobs of GitLab, in their order. */
export function scriptsOf(file: unknown): readonly Script[] {
  const data = record(file);
  return isRecord(data['jobs']) ? ofGithub(data) : ofGitlab(data);
}

function ofGithub(data: Data): readonly Script[] {
  return Object.entries(record(data['jobs'])).flatMap(([job, value]) =>
    list(record(value)['steps']).flatMap((each) => {
      const step = record(each);
      const { run, name } = step;
      if (typeof run !== 'string') return [];
      return [
        {
          job,
          ...(typeof name === 'string' && { name }),
          script: run,
          variables: { ...texts(data['env']), ...texts(step['env']) },
        },
      ];
    }),
  );
}

function ofGitlab(data: Data): readonly Script[] {
  return Object.entries(data).flatMap(([job, value]) => {
    const own = record(value);
    const above = typeof own['extends'] === 'string' ? record(data[own['extends']]) : {};
    const script = [...list(above['before_script']), ...list(own['script'])].map(String).join('\n');
    const variables = { ...texts(above['variables']), ...texts(own['variables']) };
    const after = list(own['after_script']).map(String).join('\n');
    return [
      ...(list(own['script']).length === 0 ? [] : [{ job, name: 'script', script, variables }]),
      ...(after === '' ? [] : [{ job, name: 'after_script', script: after, variables }]),
    ];
  });
}

function record(value: unknown): Data {
  return isRecord(value) ? value : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(record(value)).map(([name, text]) => [name, String(text)]),
  );
}
