import { part } from '@patchbay/cli/api';
import { type Endpoint, endpoint as endpointSchema } from '@patchbay/contracts/endpoint';
import { createdEnrolmentToken } from '@patchbay/contracts/enrolment-token';
import type { PatchbayServer } from '../patchbay-server.ts';
import { waitFor } from '../wait-for.ts';
import { endpointCheckout, endpointNode, type LabEndpoint } from './lab-endpoint.ts';

/** `patchbay` as it is called on an endpoint. */
export const endpointPatchbay = [endpointNode, `${endpointCheckout}/packages/cli/src/main.ts`] as const;

/** The unit that runs the agent. */
export const agentUnit = 'patchbay-agent.service';

const unitText = `[Unit]
Description=Agent of Patchbay
[Service]
ExecStart=${endpointPatchbay.join(' ')} agent run
Restart=always
RestartSec=100ms
RestartPreventExitStatus=3
[Install]
WantedBy=multi-user.target
`;
const connectLimitMs = 60_000;

export interface LabAgentOptions {
  /** An enrolment token; one is made unless given. */
  readonly token?: string;
  /** More arguments of `patchbay agent enroll`, such as `--rehearsal-only`. */
  readonly enrolWith?: readonly string[];
}

/**
 * Makes a booted machine an endpoint of the server, under its host name: enrols it on the command line and runs
 * the agent as a systemd service from now on. Resolves when it is connected.
 */
export async function startLabAgent(
  endpoint: LabEndpoint,
  server: PatchbayServer,
  { token, enrolWith = [] }: LabAgentOptions = {},
): Promise<Endpoint> {
  const enrol = ['agent', 'enroll', '--server', server.url, '--token', '-', ...enrolWith];
  await endpoint.execOrThrow([...endpointPatchbay, ...enrol], { input: token ?? (await makeToken(server)) });
  await endpoint.installUnit(agentUnit, unitText);
  return waitForAgent(server, endpoint.name);
}

/** Resolves when the server has the agent of that endpoint on the line. */
export async function waitForAgent(server: PatchbayServer, name: string): Promise<Endpoint> {
  return waitFor(
    async () => {
      const found = await server.api.get(`/endpoints/${part(name)}`, endpointSchema);
      return found.status === 'connected' && found;
    },
    { timeoutMs: connectLimitMs, what: `the agent of ${name} to connect` },
  );
}

async function makeToken(server: PatchbayServer): Promise<string> {
  const made = await server.api.send('POST', '/enrolment-tokens', {}, createdEnrolmentToken);
  return made.token;
}
