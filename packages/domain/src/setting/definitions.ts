import { mailSettingDefinitions } from './mail-definitions.ts';
import { type TextFormatName, textProblem } from './text-format.ts';

/** A setting that is one of several words. */
export interface ChoiceSetting {
  readonly type: 'choice';
  readonly description: string;
  readonly choices: readonly string[];
  readonly default: string;
}

/** A setting that is a whole number within bounds. */
export interface NumberSetting {
  readonly type: 'number';
  readonly description: string;
  readonly unit: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly default: number;
}

/** A setting that is a text of some form, or empty. */
export interface TextSetting {
  readonly type: 'text';
  readonly description: string;
  readonly format: TextFormatName;
  readonly default: string;
}

/** A setting that nobody may read again, such as a password; it is stored sealed (S-06). */
export interface SecretSetting {
  readonly type: 'secret';
  readonly description: string;
  readonly default: '';
}

export type SettingDefinition = ChoiceSetting | NumberSetting | TextSetting | SecretSetting;

/** What is shown in the place of a secret that is set. */
export const secretMask = '********';

const hours = (count: number): number => count * 60;

/** Every setting of the system configuration (O-05). */
export const settingDefinitions = {
  'postPatching.afterPreFailure': {
    type: 'choice',
    description: 'Whether post-patching steps run after a pre-patching step has failed.',
    choices: ['never', 'always'],
    default: 'never',
  },
  'postPatching.afterPatchFailure': {
    type: 'choice',
    description:
      'Whether post-patching steps run after the patch operation has failed, or was not begun before the window ended.',
    choices: ['never', 'always'],
    default: 'always',
  },
  'postPatching.afterPostFailure': {
    type: 'choice',
    description: 'Whether the other post-patching steps run after one of them has failed.',
    choices: ['stop', 'continue'],
    default: 'stop',
  },
  'run.returnMinutes': {
    type: 'number',
    description: 'How long an endpoint may take to come back from a reboot.',
    unit: 'minutes',
    minimum: 1,
    maximum: hours(24),
    default: 30,
  },
  'run.lostMinutes': {
    type: 'number',
    description:
      'How long an endpoint with a running activity may be disconnected before the activity is lost.',
    unit: 'minutes',
    minimum: 1,
    maximum: hours(7 * 24),
    default: hours(4),
  },
  'run.overdueMinutes': {
    type: 'number',
    description:
      'How long a connected endpoint may be silent beyond the time-out of an activity before it is lost.',
    unit: 'minutes',
    minimum: 1,
    maximum: hours(24),
    default: 10,
  },
  'run.cancelMinutes': {
    type: 'number',
    description: 'How long a cancelled activity may take to end.',
    unit: 'minutes',
    minimum: 1,
    maximum: 60,
    default: 5,
  },
  'patch.timeoutMinutes': {
    type: 'number',
    description: 'How long the patch operation may take.',
    unit: 'minutes',
    minimum: 5,
    maximum: hours(7 * 24),
    default: hours(4),
  },
  'patch.lockWaitMinutes': {
    type: 'number',
    description: 'How long the patch operation waits for a package manager that somebody else is using.',
    unit: 'minutes',
    minimum: 0,
    maximum: 60,
    default: 10,
  },
  'window.bufferMinutes': {
    type: 'number',
    description: 'How long before the end of a maintenance window nothing is started any more.',
    unit: 'minutes',
    minimum: 0,
    maximum: hours(12),
    default: 30,
  },
  'activity.outputLimitBytes': {
    type: 'number',
    description: 'How much of the output of an activity is kept, for each of its two streams.',
    unit: 'bytes',
    minimum: 64 * 1024,
    maximum: 10 * 1024 * 1024,
    default: 10 * 1024 * 1024,
  },
  'agent.scanEveryHours': {
    type: 'number',
    description: 'How often an endpoint looks for applicable patches by itself.',
    unit: 'hours',
    minimum: 1,
    maximum: 7 * 24,
    default: 12,
  },
  'log.keepDays': {
    type: 'number',
    description: 'How long the entries of Logs & Alerts are kept.',
    unit: 'days',
    minimum: 1,
    maximum: 3650,
    default: 365,
  },
  'endpoint.silentHours': {
    type: 'number',
    description: 'After how long without a sign of life an endpoint is reported as silent in Logs & Alerts.',
    unit: 'hours',
    minimum: 1,
    maximum: 365 * 24,
    default: 24,
  },
  'session.idleMinutes': {
    type: 'number',
    description: 'How long the console may be closed, or nothing asked, before one has to sign in again.',
    unit: 'minutes',
    minimum: 5,
    maximum: hours(7 * 24),
    default: hours(12),
  },
  'session.longestHours': {
    type: 'number',
    description: 'After how long one has to sign in again, however much the console is used.',
    unit: 'hours',
    minimum: 1,
    maximum: 30 * 24,
    default: 7 * 24,
  },
  'plan.authorsMayApprove': {
    type: 'choice',
    description: 'Whether somebody who has written or edited a plan may approve it.',
    choices: ['no', 'yes'],
    default: 'no',
  },
  ...mailSettingDefinitions,
} as const satisfies Record<string, SettingDefinition>;

/** The name of a setting. */
export type SettingName = keyof typeof settingDefinitions;

type ValueOf<Definition extends SettingDefinition> = Definition extends {
  readonly choices: readonly (infer Choice)[];
}
  ? Choice
  : Definition extends { readonly type: 'number' }
    ? number
    : string;

/** Every setting's value; that of a secret is sealed, or empty. */
export type SettingValues = { readonly [Name in SettingName]: ValueOf<(typeof settingDefinitions)[Name]> };

/** Whether there is a setting of this name. */
export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settingDefinitions, name);
}

/** What is wrong with a value for a setting; null when it fits. */
export function settingProblem(name: SettingName, value: unknown): string | null {
  const definition: SettingDefinition = settingDefinitions[name];
  switch (definition.type) {
    case 'choice':
      return typeof value === 'string' && definition.choices.includes(value)
        ? null
        : `must be one of: ${definition.choices.join(', ')}`;
    case 'number': {
      const { minimum, maximum, unit } = definition;
      return Number.isSafeInteger(value) && Number(value) >= minimum && Number(value) <= maximum
        ? null
        : `must be a whole number${unit === '' ? '' : ` of ${unit}`} from ${minimum} to ${maximum}`;
    }
    case 'text':
      return textProblem(definition.format, value);
    case 'secret':
      return secretProblem(value);
  }
}

const longestSecret = 200;

function secretProblem(value: unknown): string | null {
  if (value === secretMask) return 'is only what is shown in the place of the secret; send the secret itself';
  return typeof value === 'string' && value.length <= longestSecret && !/[\r\n\0]/.test(value)
    ? null
    : `must be a text of at most ${longestSecret} characters on one line`;
}

/** Every setting's value: the changed one where it is still valid, else the default. */
export function settingValues(changed: ReadonlyMap<string, unknown>): SettingValues {
  const entries = (Object.keys(settingDefinitions) as SettingName[]).map((name) => {
    const value = changed.get(name);
    const isSealed = settingDefinitions[name].type === 'secret';
    const valid = isSealed ? typeof value === 'string' : settingProblem(name, value) === null;
    return [name, valid ? value : settingDefinitions[name].default];
  });
  return Object.fromEntries(entries) as SettingValues;
}
