import { PatchbayError } from '@patchbay/contracts/errors';
import { page } from '@patchbay/contracts/page';
import { type Setting, setting, settingInput } from '@patchbay/contracts/setting';
import {
  isSettingName,
  type SettingDefinition,
  type SettingName,
  secretMask,
  settingDefinitions,
  settingProblem,
  settingValues,
} from '@patchbay/domain/setting/definitions';
import { z } from 'zod';
import { type ChangedSetting, changedSettings, lockSettings, saveSetting } from '../db/settings.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { matchIfAsked } from './etag.ts';
import { perform } from './perform.ts';

const tags = ['settings'];
const settingId = z.strictObject({ name: z.string().max(100) });

/** `/api/v1/settings`: the system configuration (O-05). */
export function settingRoutes(app: App, context: HttpContext): void {
  const { pool, sealer } = context;

  app.get('/settings', {
    config: { action: 'setting.read' },
    schema: { tags, summary: 'List all settings', response: { 200: page(setting) } },
    handler: async () => {
      const changed = await changedSettings(pool);
      const names = Object.keys(settingDefinitions) as SettingName[];
      return { items: names.map((name) => showSetting(name, changed)), nextCursor: null };
    },
  });

  app.get('/settings/:name', {
    config: { action: 'setting.read' },
    schema: { tags, summary: 'Show a setting', params: settingId, response: { 200: setting } },
    handler: async ({ params }, reply) => {
      const shown = showSetting(known(params.name), await changedSettings(pool));
      void reply.header('etag', etagOfSetting(shown));
      return shown;
    },
  });

  app.put('/settings/:name', {
    config: { action: 'setting.write' },
    schema: {
      tags,
      summary: 'Change a setting',
      description: 'With If-Match only if it still is what was read; the ETag is its value in double quotes.',
      params: settingId,
      body: settingInput,
      response: { 200: setting },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const name = known(request.params.name);
        const { value } = request.body;
        const message = settingProblem(name, value);
        if (message !== null) {
          throw new PatchbayError('INVALID_INPUT', `The setting "${name}" cannot have this value.`, [
            { path: 'value', message },
          ]);
        }
        await lockSettings(tx);
        const before = showSetting(name, await changedSettings(tx));
        matchIfAsked(request, etagOfSetting(before), `The setting "${name}" was`);
        const isSecret = settingDefinitions[name].type === 'secret' && value !== '';
        await saveSetting(tx, name, isSecret ? sealer.seal(String(value), name) : value, saved);
        const body = showSetting(name, await changedSettings(tx));
        await audit(
          { kind: 'setting', id: name, name },
          { from: String(before.value), to: String(body.value) },
        );
        return { status: 200, body, etag: etagOfSetting(body) };
      }),
  });
}

function known(name: string): SettingName {
  if (isSettingName(name)) return name;
  throw new PatchbayError('NOT_FOUND', `There is no setting "${name}".`);
}

/** Its value in quotes, so that the list says it too: no value has quotation marks, and no other than ASCII characters. */
function etagOfSetting({ value }: Setting): string {
  return `"${value}"`;
}

function showSetting(name: SettingName, changed: ReadonlyMap<string, ChangedSetting>): Setting {
  const definition: SettingDefinition = settingDefinitions[name];
  const values = settingValues(new Map([...changed].map(([key, { value }]) => [key, value])));
  const change = changed.get(name);
  const number = definition.type === 'number' ? definition : null;
  return {
    name,
    description: definition.description,
    type: definition.type,
    choices: definition.type === 'choice' ? [...definition.choices] : [],
    minimum: number?.minimum ?? null,
    maximum: number?.maximum ?? null,
    unit: number?.unit ?? null,
    default: definition.default,
    value: definition.type === 'secret' && values[name] !== '' ? secretMask : values[name],
    changedBy: change?.changedBy ?? null,
    changedAt: change?.changedAt.toISOString() ?? null,
  };
}
