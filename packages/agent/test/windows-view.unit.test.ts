import type { NotificationView } from '@patchbay/domain/reboot/notification-view';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sessionsOf } from '../src/notify/windows-sessions.ts';
import { hasToasts } from '../src/notify/windows-version.ts';
import { viewForHelper } from '../src/notify/windows-view.ts';

const view: NotificationView = {
  id: 'n1',
  kind: 'finalWarning',
  title: 'Restart',
  body: 'Save your work.\nC:\\new = old',
  company: 'Acme',
  logo: null,
  buttons: [
    { answer: { kind: 'rebootNow' }, label: 'Restart now' },
    { answer: { kind: 'cancel' }, label: 'Cancel' },
  ],
  rebootAt: 1_700_000_900_000,
  expiresAt: 1_700_001_000_000,
};

/** As the helper reads it. */
function fieldsOf(text: string): [string, string][] {
  return text
    .slice(0, text.indexOf('\n\n'))
    .split('\n')
    .map((line) => {
      const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(line) ?? [];
      return [name, value.replace(/\\(.)/g, (_, letter) => (letter === 'n' ? '\n' : letter))];
    });
}

describe('a view for the helper', () => {
  it('has every field, texts with line ends included', () => {
    expect(fieldsOf(viewForHelper(view, true))).toEqual([
      ['id', 'n1'],
      ['title', 'Restart'],
      ['body', 'Save your work.\nC:\\new = old'],
      ['company', 'Acme'],
      ['logo', ''],
      ['toast', '1'],
      ['warning', '1'],
      ['defaultButton', '1'],
      ['rebootAt', '1700000900000'],
      ['expiresAt', '1700001000000'],
      ['button', 'Restart now'],
      ['button', 'Cancel'],
    ]);
  });

  it('cannot be given further fields, or an early end, by any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (title, label) => {
        const buttons: NotificationView['buttons'] = [{ answer: { kind: 'rebootNow' }, label }];
        const fields = fieldsOf(viewForHelper({ ...view, title, buttons }, false));
        const plain = (text: string): string =>
          text
            .replaceAll('\0', '')
            .replace(/\r\n|\r/g, '\n')
            .toWellFormed();
        expect(fields).toHaveLength(11);
        expect(fields.slice(1, 2)).toEqual([['title', plain(title)]]);
        expect(fields.slice(10)).toEqual([['button', plain(label)]]);
      }),
    );
  });
});

describe('versions of Windows', () => {
  it.each([
    ['Windows 11', { major: 10, minor: 0, build: 26100, isServer: false }, true],
    ['Windows 10', { major: 10, minor: 0, build: 19045, isServer: false }, true],
    ['Windows 8.1', { major: 6, minor: 3, build: 9600, isServer: false }, false],
    ['Windows Server 2022', { major: 10, minor: 0, build: 20348, isServer: true }, false],
  ])('R-11 %s shows toasts only as a desktop from Windows 10 on', (_, version, expected) => {
    expect(hasToasts(version)).toBe(expected);
  });
});

describe('sessions of Windows', () => {
  const listed = {
    event: 'session',
    id: 2,
    user: 'jörg',
    active: true,
    locked: true,
    console: true,
    desktop: '{"busy":true,"language":"de-DE"}\n',
  } as const;

  it('R-14 are told with what their desktops say', () => {
    expect(sessionsOf([listed, { event: 'listed' }])).toEqual([
      {
        id: '2',
        user: 'jörg',
        kind: 'graphical',
        active: true,
        console: true,
        busy: true,
        language: 'de-DE',
      },
    ]);
  });

  it.each([null, '', 'nonsense', '{"busy":"yes"}', '[]'])(
    'R-14 given a desktop that says %j, then it is not busy and of no known language',
    (desktop) => {
      expect(sessionsOf([{ ...listed, desktop }])).toMatchObject([{ busy: false, language: null }]);
    },
  );
});
