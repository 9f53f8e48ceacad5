import { auditEntry } from '@patchbay/contracts/audit';
import type { Command } from 'commander';
import { api, reading, showList } from '../context.ts';
import { localTime } from '../print.ts';

/** `patchbay audit list` (O-09). */
export function addAuditCommands(program: Command): void {
  const group = program.command('audit').description('who did what');
  reading(group.command('list').description('list what was done, the latest first')).action(
    async (options: { json?: boolean }) => {
      const items = await api().list('/audit', auditEntry);
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
