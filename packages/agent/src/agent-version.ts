import agentPackage from '../package.json' with { type: 'json' };

/** The agent's version, as reported in sign-in and inventory. */
export const agentVersion: string = agentPackage.version;
