import { roles } from '@patchbay/domain/permission/role';
import { type Action, actionsOf, can, permissions } from '@patchbay/domain/permission/table';
import {
  type SettingName,
  settingDefinitions,
  settingProblem,
  settingValues,
} from '@patchbay/domain/setting/definitions';
import { describe, expect, it } from 'vitest';

describe('O-05 settings', () => {
  it('O-05 every default is a valid value, and every setting explains itself', () => {
    for (const name of Object.keys(settingDefinitions) as SettingName[]) {
      expect(settingProblem(name, settingDefinitions[name].default), name).toBeNull();
      expect(settingDefinitions[name].description).toMatch(/^[A-Z].*\.$/);
    }
  });

  it.each([
    ['postPatching.afterPreFailure', 'sometimes'],
    ['postPatching.afterPostFailure', 'never'],
    ['run.returnMinutes', 0],
    ['run.returnMinutes', 1.5],
    ['run.returnMinutes', '30'],
    ['run.returnMinutes', Number.NaN],
    ['agent.scanEveryHours', 1e9],
    ['mail.host', 'mail.example.com\r\nBcc: all@example.com'],
    ['mail.host', 'http://mail.example.com'],
    ['mail.port', 0],
    ['mail.security', 'ssl'],
    ['mail.user', 'two words'],
    ['mail.from', 'Patchbay <patchbay@example.com>'],
    ['mail.from', 'one@example.com, other@example.com'],
    ['mail.password', 'first line\nsecond line'],
    ['mail.password', '********'],
    ['server.publicAddress', 'https://patchbay.example.com/path'],
    ['server.publicAddress', 'javascript:alert(1)'],
  ] as const)('O-05 %s cannot be %j', (name, value) => {
    expect(settingProblem(name, value)).not.toBeNull();
  });

  it.each([
    ['mail.host', 'mail.example.com'],
    ['mail.host', '2001:db8::25'],
    ['mail.user', 'patchbay@example.com'],
    ['mail.from', "o'patch+bay@mail.example.com"],
    ['mail.password', 'with "quotes", blanks and ümlauts'],
    ['mail.password', ''],
    ['server.publicAddress', 'https://[2001:db8::1]:7700'],
  ] as const)('O-05 P-15 %s can be %j', (name, value) => {
    expect(settingProblem(name, value)).toBeNull();
  });

  it('O-05 W-03 W-04 W-06 the defaults of the founding documents, and a changed value over them', () => {
    expect(settingValues(new Map())).toMatchObject({
      'postPatching.afterPreFailure': 'never',
      'postPatching.afterPostFailure': 'stop',
      'postPatching.afterPatchFailure': 'always',
    });
    const changed = settingValues(
      new Map<string, unknown>([
        ['run.lostMinutes', 7],
        ['run.returnMinutes', 'no longer valid'],
      ]),
    );
    expect(changed['run.lostMinutes']).toBe(7);
    expect(changed['run.returnMinutes']).toBe(30);
  });
});

describe('S-02 permissions', () => {
  it('S-02 an administrator may do everything, and everybody may do no more than an administrator', () => {
    for (const action of Object.keys(permissions) as Action[])
      expect(can('administrator', action)).toBe(true);
  });

  it('S-02 a viewer only reads, and changes nothing but their own account', () => {
    expect(actionsOf('viewer').filter((action) => !action.endsWith('.read'))).toEqual(['self.write']);
  });

  it('S-02 who writes the library does not run it, and who runs it does not write it', () => {
    for (const role of roles.filter((one) => one !== 'administrator')) {
      expect(can(role, 'script.write') && can(role, 'task.run'), role).toBe(false);
    }
    expect(can('operator', 'plan.activate')).toBe(true);
    expect(can('author', 'plan.activate')).toBe(false);
    expect(can('author', 'workflow.write')).toBe(true);
  });
});
