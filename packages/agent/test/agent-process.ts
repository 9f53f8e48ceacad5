import { startAgent } from '../src/agent.ts';
import { jsonLog } from '../src/log.ts';
import { scriptedSystem } from './scripted-system.ts';

// An agent in a process of its own, so that a test can kill it. Arguments: state directory, boot id, and `scopes` to
// let it use systemd's where it can.
const [stateDir = '', bootId = '', scopes] = process.argv.slice(2);
await startAgent({
  stateDir,
  system: scriptedSystem({ bootId }),
  log: jsonLog(
    (line) => process.stderr.write(line),
    () => new Date(),
  ),
  backOff: { minMs: 20, maxMs: 100 },
  graceMs: 300,
  ...(scopes === 'scopes' ? {} : { useScope: false }),
});
