/** Systems whose agent is started with one line. */
export type AgentSystem = 'linux' | 'windows';

/**
 * The one line that makes a machine an endpoint and starts its agent (E-01). The token is in the environment of the
 * shell: arguments of commands can be read by everybody on the machine.
 */
export function installCommand(system: AgentSystem, server: string, token: string): string {
  const run = `patchbay agent enroll --server ${server}`;
  return system === 'windows'
    ? `$env:PATCHBAY_ENROLMENT_TOKEN='${token}'; ${run}; if ($?) { patchbay agent run }`
    : `PATCHBAY_ENROLMENT_TOKEN=${token} ${run} && patchbay agent run`;
}

/** What stands in the way of machines that are to use this address; null: nothing. */
export function addressProblem(origin: string): string | null {
  const { hostname, protocol } = new URL(origin);
  if (/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) {
    return `The address ${origin} is the server’s alone: only the machine that the server runs on can join with it. Open the console at the address that other machines reach.`;
  }
  return protocol === 'https:'
    ? null
    : `The address ${origin} is not encrypted: agents on other machines refuse it. Give the server a certificate (TLS) first.`;
}
