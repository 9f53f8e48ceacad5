import { endpointCheckout, type LabEndpoint } from '@patchbay/testkit/lab/lab-endpoint';
import type { CommandResult } from '@patchbay/testkit/lab/run-command';

const scripts = `${endpointCheckout}/packages/server/library/linux/scripts`;
const factsFile = '/root/facts';

export interface BuiltInRun extends CommandResult {
  readonly facts: Readonly<Record<string, string>>;
}

/** Runs a built-in script on the endpoint, by the name of its file, and reads the facts that it publishes. */
export async function runBuiltIn(
  endpoint: LabEndpoint,
  script: string,
  env: Readonly<Record<string, string>> = {},
  shell: readonly string[] = ['sh'],
): Promise<BuiltInRun> {
  await endpoint.writeFile(factsFile, '');
  const result = await endpoint.exec([...shell, `${scripts}/${script}`], {
    env: { PATCHBAY_FACTS: factsFile, ...env },
  });
  const lines = (await endpoint.readFile(factsFile)).split('\n').filter((line) => line !== '');
  return { ...result, facts: Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2))) };
}
