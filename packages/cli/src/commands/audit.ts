import { auditEntry } from '@patchbay/contracts/audit';
import type { Command } from 'commander';
import { api, readingLatest, showList } from '../context.ts';
import { localTime } from '../print.ts';

/** `patchbay audit list` (O-09). */
export function addAuditCommands(program: Command): void {
  const group = program.command('audit').description('who did what');
  readingLatest(group.command('list').description('list what was done, the latest first')).action(
    async (options: { json?: boolean; limit: number }) => {
      const items = await api().list('/audit', auditEntry, {}, options.limit);
      showList(
        items,
        options,
        [
          ['when', (item) => localTime(item.at)],
          ['who', (item) => item.actor],
          ['what', (item) => item.action],
          ['on', (item) => `${item.objectKind} ${item.details.name ?? item.objectId}`],
        ],
        'Nothing yet.',
      );
    },
  );
}
