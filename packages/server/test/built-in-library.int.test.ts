import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withTransaction } from '@patchbay/server/db/pool';
import { findScript } from '@patchbay/server/db/scripts';
import { createSealer, newSecretKey } from '@patchbay/server/db/secrets';
import { findTask } from '@patchbay/server/db/tasks';
import { findWorkflow } from '@patchbay/server/db/workflows';
import { builtInDirectory, readBuiltInLibrary } from '@patchbay/server/library/read-built-in';
import { createScript } from '@patchbay/server/library/save-script';
import { storeBuiltInLibrary } from '@patchbay/server/library/store-built-in';
import { useTestDatabase } from '@patchbay/testkit/database';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const database = useTestDatabase();
const sealer = createSealer(newSecretKey());
const log = pino({ level: 'silent' });
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-library-'));
  await mkdir(join(folder, 'linux/scripts'), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

async function ship({ content = 'exit 0', timeout = 5, script = '', steps = '' } = {}): Promise<void> {
  const at = (name: string) => join(folder, 'linux', name);
  await writeFile(at('scripts/check.sh'), content);
  await writeFile(
    at('scripts.yaml'),
    `- {name: Check, os: [linux], interpreter: sh, file: scripts/check.sh${script}}`,
  );
  await writeFile(
    at('tasks.yaml'),
    `- {name: Check it, os: linux, script: Check, timeoutMinutes: ${timeout}}`,
  );
  await writeFile(
    at('workflows.yaml'),
    `- {name: Linux Patching, os: linux, default: true, prePatching: [${steps}]}`,
  );
}

async function load(): Promise<void> {
  const library = await readBuiltInLibrary(folder);
  await withTransaction(database.pool, (tx) =>
    storeBuiltInLibrary({ tx, sealer, saved: { by: 'Patchbay', at: new Date() }, log }, library),
  );
}

describe('the built-in library', () => {
  it('L-05 L-40 only what was changed gets a new revision, and what uses it follows', async () => {
    await ship();
    await load();
    const { pool } = database;
    const before = [await findScript(pool, 'Check'), await findTask(pool, 'Check it')];
    await load();
    expect([await findScript(pool, 'Check'), await findTask(pool, 'Check it')]).toEqual(before);
    await ship({ content: 'exit 1', timeout: 6, steps: '{task: Check it}' });
    await load();
    expect(await findScript(pool, 'Check')).toMatchObject({
      revision: 2,
      content: 'exit 1',
      id: before[0]?.id,
    });
    expect(await findTask(pool, 'Check it')).toMatchObject({ timeoutMinutes: 6, version: 2 });
    expect((await findWorkflow(pool, 'Linux Patching'))?.steps.prePatching).toHaveLength(1);
  });

  it('L-07 is verified only where it says so, and to verify a script makes no new revision', async () => {
    await database.pool.query('truncate scripts cascade');
    await ship();
    await load();
    expect(await findScript(database.pool, 'Check')).toMatchObject({ verified: false, revision: 1 });
    await ship({ script: ', verified: true' });
    await load();
    expect(await findScript(database.pool, 'Check')).toMatchObject({ verified: true, revision: 1 });
  });

  it('L-01 a personal script makes way for a built-in one of its name, and keeps its tasks', async () => {
    await database.pool.query('truncate scripts cascade');
    const personal = await withTransaction(database.pool, (tx) =>
      createScript(
        tx,
        {
          name: 'check',
          description: '',
          category: 'General',
          os: ['linux'],
          interpreter: 'sh',
          content: 'mine',
          parameters: [],
          note: '',
        },
        'personal',
        { by: 'somebody', at: new Date() },
      ),
    );
    await ship();
    await load();
    expect(await findScript(database.pool, 'Check')).toMatchObject({ origin: 'builtIn', content: 'exit 0' });
    expect(await findScript(database.pool, personal)).toMatchObject({
      origin: 'personal',
      content: 'mine',
      verified: true,
      name: `check (personal ${personal.slice(0, 8)})`,
    });
  });

  it('S-07 a file that is not valid is refused as a whole, naming the file and the field', async () => {
    await ship({ script: ', colour: red' });
    await expect(load()).rejects.toThrow(/scripts\.yaml is not valid: 0/);
  });

  it('L-20 L-40 all that is shipped can be stored, and to store it again changes nothing', async () => {
    const { pool } = database;
    await pool.query('truncate scripts, workflows cascade');
    const library = await readBuiltInLibrary(builtInDirectory);
    expect(library.workflows.filter((workflow) => workflow.default)).toHaveLength(4);
    const store = () =>
      withTransaction(pool, (tx) =>
        storeBuiltInLibrary({ tx, sealer, saved: { by: 'Patchbay', at: new Date() }, log }, library),
      );
    const stored = async () => {
      const tables = ['scripts', 'tasks', 'workflows'];
      const rows = tables.map((table) => pool.query(`select name, version from ${table} order by name`));
      return (await Promise.all(rows)).map((result) => result.rows);
    };
    await store();
    const before = await stored();
    expect(before.map((rows) => rows.length)).toEqual([library.scripts.length, library.tasks.length, 4]);
    await store();
    expect(await stored()).toEqual(before);
  });
});
