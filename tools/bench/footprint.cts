import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Preloaded into measured processes: writes the resource usage of each into a file of its own in a
 * folder. CommonJS: it starts without the loader of ES modules.
 */
process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  // Not maxRSS: that begins with the parent's memory at the fork.
  const status = readFileSync('/proc/self/status', 'latin1');
  const memory = 1024 * Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]);
  try {
    writeFileSync(
      join(process.env['BENCH_FOOTPRINTS'] ?? '', String(process.pid)),
      JSON.stringify({ memory, cpu: (userCPUTime + systemCPUTime) / 1000 }),
    );
  } catch {
    // Nx's daemon outlives the process that started it, and so the folder.
  }
});
