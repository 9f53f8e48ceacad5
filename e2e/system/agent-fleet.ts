import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { startAgent } from '@patchbay/agent/agent';
import type { EndpointSystem } from '@patchbay/agent/endpoint-system';
import { createLinuxSystem } from '@patchbay/agent/inventory/linux-system';
import { jsonLog } from '@patchbay/agent/log';
import type { PatchWork } from '@patchbay/contracts/activity-order';

// Real agents of enrolled endpoints in one process, so that one `kill -9` ends several: journals, sockets and scripts
// are real, only the package manager is played. Arguments: the folder of state directories, the folder of executions.
const [, , fleet = '', executions = ''] = argv;

const patchingTakesMs = 60;

/** Each patch operation has a file of its own, named for the endpoint and the plan's one listed patch. */
function playedSystem(endpoint: string): EndpointSystem {
  const linux = createLinuxSystem();
  return {
    ...linux,
    readiness: async () => [],
    patches: {
      scan: async () => [],
      async apply({ selection }: PatchWork) {
        const [id = ''] = selection.ids;
        const file = join(executions, `${endpoint}.${id}`);
        appendFileSync(file, `begin ${Date.now()}\n`);
        await delay(patchingTakesMs);
        appendFileSync(file, `end ${Date.now()}\n`);
        const patch = {
          id,
          package: id,
          fromVersion: '1',
          toVersion: '2',
          security: false,
          message: null,
        } as const;
        return {
          patches: [{ ...patch, outcome: 'installed' }],
          reboot: { needed: false, reasons: [] },
        };
      },
    },
  };
}

const log = jsonLog(
  (line) => process.stderr.write(line),
  () => new Date(),
);
const agents = await Promise.all(
  readdirSync(fleet).map((name) =>
    startAgent({
      stateDir: join(fleet, name),
      system: playedSystem(name),
      log: (level, text, fields) => level === 'info' || log(level, `${name}: ${text}`, fields),
      backOff: { minMs: 50, maxMs: 400 },
      graceMs: 1000,
      useScope: false,
    }),
  ),
);
process.on('SIGTERM', () => {
  void Promise.all(agents.map((agent) => agent.stop())).then(() => process.exit(0));
});
