import { runTool } from '@patchbay/agent/execute/run-tool';

// Runs a shell command inside an endpoint as the agent runs a package manager. Argument: the command.
await runTool('sh', ['-c', process.argv[2] ?? ''], { timeoutMs: 600_000, survivesAgent: true });
