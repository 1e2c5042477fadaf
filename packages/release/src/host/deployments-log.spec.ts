import { describe, expect, it } from 'vitest';
import { entryOf, lineOf } from '../testing/entry.js';
import { parseDeployment } from './deployments-log.js';

describe('parseDeployment', () => {
  it('says what was deployed, by whom, and how it ended', () => {
    expect(parseDeployment(lineOf(entryOf({ phases: { fetch: 0.5, build: 3 } })))).toEqual({
      time: Date.UTC(2026, 10, 23, 10, 15, 30),
      level: 'info',
      message:
        'deployed 20261123-101502-3f2a1bc by ana from laptop: good after 3.5 s; 3f2a1bc000 "A greeting" by Ana Gomes',
    });
  });

  it('names the step that failed, and the process that was restarted alone', () => {
    const failed = parseDeployment(lineOf(entryOf({ outcome: 'failed', failed: 'build' })));
    expect(failed).toMatchObject({ level: 'error' });
    expect(failed?.message).toContain('laptop: failed at "build" after 0.1 s;');
    const restarted = entryOf({ action: 'restart', process: 'mailer' });
    expect(parseDeployment(lineOf(restarted))?.message).toMatch(
      /^restarted mailer of 20261123-101502-3f2a1bc by ana /,
    );
  });

  it('leaves a line that is no entry to the rules of any log', () => {
    expect(parseDeployment('{"release":')).toBeUndefined();
    expect(parseDeployment('{"release":"../etc","outcome":"good"}')).toBeUndefined();
  });
});
