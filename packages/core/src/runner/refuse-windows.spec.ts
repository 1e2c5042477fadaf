import { saying } from '@fairness-deploy/shell/testing';
import { expect, it } from 'vitest';
import { refuseWindows } from './refuse-windows.js';

it('refuseWindows() names WSL on Windows, and nothing elsewhere', () => {
  expect(() => {
    refuseWindows('ping', 'win32');
  }).toThrow(
    saying(
      'Cannot run ping: this is Node.js for Windows, and commands need Linux or macOS\n  → run it in WSL 2, with the workspace and Node.js in there: docs/windows.md',
    ),
  );
  for (const platform of ['linux', 'darwin'] as const) refuseWindows('ping', platform);
});
