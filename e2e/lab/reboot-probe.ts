import { createLinuxNotifier } from '@patchbay/agent/notify/linux-notifier';
import { createLinuxSystemReboot } from '@patchbay/agent/reboot/linux-system-reboot';

// What the agent does for Interactive Reboot, inside an endpoint. Arguments: what, and when in epoch milliseconds.
const [what = '', at = '0'] = process.argv.slice(2);
const print = (value: unknown): void => console.log(JSON.stringify(value));

switch (what) {
  case 'schedule':
    print(await createLinuxSystemReboot().schedule(Number(at)));
    break;
  case 'schedule-without-systemd':
    print(await createLinuxSystemReboot({ systemd: '/no/such/folder' }).schedule(Number(at)));
    break;
  case 'unschedule':
    await createLinuxSystemReboot().unschedule();
    break;
  case 'sessions':
    print(await createLinuxNotifier().sessions());
    break;
  case 'show': {
    const notifier = createLinuxNotifier();
    const session = (await notifier.sessions())[0];
    if (!session) throw new Error('nobody is logged in');
    const view = {
      id: 'n1',
      kind: 'reminder',
      title: 'This server needs to reboot',
      body: 'Updates were installed.\u001b[31m Save your work.',
      company: 'Acme',
      logo: null,
      buttons: [
        { answer: { kind: 'rebootNow' }, label: 'Reboot now' },
        { answer: { kind: 'snooze', choice: 0 }, label: 'Remind me in 1 hour' },
        { answer: { kind: 'snooze', choice: 1 }, label: 'Remind me in 4 hours' },
      ],
      rebootAt: null,
      expiresAt: Number(at),
    } as const;
    const signal = new AbortController().signal;
    print(await notifier.show(view, session, { signal, onShown: () => print('shown') }));
    break;
  }
  default:
    throw new Error(`no such thing to do: ${what}`);
}
