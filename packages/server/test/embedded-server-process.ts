import { argv, stdout } from 'node:process';
import { pino } from 'pino';
import { startEmbeddedPostgres } from '../src/db/embedded/embedded-postgres.ts';

// Stands for a server: keeps the data directory's PostgreSQL running until this process is ended.
const [, , dataDir = '', settings = '{}'] = argv;
try {
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: pino({ level: 'silent' }),
    settings: JSON.parse(settings) as Record<string, string>,
  });
  stdout.write(`${JSON.stringify({ postmaster: postgres.pid, host: postgres.connection.host })}\n`);
  setInterval(() => {}, 60_000);
} catch (error) {
  stdout.write(`${JSON.stringify({ error: String(error) })}\n`);
  process.exitCode = 1;
}
