import { z } from 'zod';
import { limits } from './limits.ts';
import { interpreter } from './operating-system.ts';
import { reference } from './reference.ts';
import { parameterName, parameterValue, scriptParameter } from './script.ts';
import { timeoutMinutes } from './task.ts';
import { name, text } from './text.ts';

/** Runs a script once on one endpoint as it stands in the editor, saved or not. */
export const scriptTestRunInput = z.strictObject({
  /** What activities and the audit call it. */
  name,
  interpreter,
  content: text(limits.scriptBytes),
  parameters: z.array(scriptParameter).max(limits.scriptParameters).default([]),
  /** Values for the parameters, secret ones too; secrets are sealed (L-03). */
  values: z.record(parameterName, parameterValue).default({}),
  endpoint: reference,
  timeoutMinutes: timeoutMinutes.default(10),
});
export type ScriptTestRunInput = z.infer<typeof scriptTestRunInput>;
