import { appendFileSync } from 'node:fs';
// By file: Wine does not follow the links in node_modules.
import { createWindowsNotifier } from '../../packages/agent/src/notify/windows-notifier.ts';
import { readWindowsVersion } from '../../packages/agent/src/notify/windows-version.ts';

// Shows one pop-up from a service of Windows, as the agent does. Arguments: the helper, a file for what happens.
const [helper = '', report = ''] = process.argv.slice(2);
const tell = (what: string): void => appendFileSync(report, `${what}\n`);

// The service asks to stop by the end of the input.
process.stdin.resume().on('end', () => {
  tell('asked to stop');
  process.exit(0);
});

const windowsVersion = await readWindowsVersion([helper]);
const notifier = createWindowsNotifier({ helper: [helper], windowsVersion, log: () => {} });
const end = await notifier.show(
  {
    id: 'n1',
    kind: 'reminder',
    title: 'A restart is needed',
    body: 'From a service.',
    company: 'Acme service',
    logo: null,
    buttons: [{ answer: { kind: 'rebootNow' }, label: 'Restart now' }],
    rebootAt: null,
    expiresAt: Date.now() + 60_000,
  },
  { id: '1', user: 'user', kind: 'graphical', active: true, console: true, busy: false, language: null },
  { signal: new AbortController().signal, onShown: () => tell('shown') },
);
tell(JSON.stringify(end));
