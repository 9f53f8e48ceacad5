import { getCACertificates } from 'node:tls';
import { AgentError } from './agent-error.ts';

/** Where the server is and how it is trusted. */
export interface ServerAddress {
  /** `https://host[:port]`, or `http://…` where that is allowed; a path is kept. */
  readonly server: string;
  /** The user has allowed plain HTTP to other machines. */
  readonly allowPlainHttp: boolean;
  /** Further certificate authorities (PEM) to trust besides the system's; null for none. */
  readonly ca: string | null;
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Checks an address and brings it into one form. Plain HTTP is refused except to this very machine, unless the user
 * has allowed it (S-04).
 *
 * @throws AgentError of kind `usage`
 */
export function checkAddress(address: ServerAddress): ServerAddress {
  const url = URL.parse(address.server);
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== '' ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    throw new AgentError(
      'usage',
      `"${address.server}" is not a server address; it reads like https://patchbay.example.org`,
    );
  }
  if (url.protocol === 'http:' && !loopback.test(url.hostname) && !address.allowPlainHttp) {
    throw new AgentError(
      'usage',
      `${address.server} is plain HTTP: anybody on the way could read and change what is sent. Use https://, or say --allow-plain-http`,
    );
  }
  return { ...address, server: url.href.replace(/\/+$/, '') };
}

/** The address of the agents' WebSocket. */
export function socketAddress({ server }: ServerAddress): string {
  return `${server.replace(/^http/, 'ws')}/agent/v1`;
}

/** The certificate authorities to check the server with; undefined: those that the runtime trusts by itself. */
export function trustedAuthorities({ server, ca }: ServerAddress): string[] | undefined {
  if (!server.startsWith('https:')) return undefined;
  return [...getCACertificates('default'), ...getCACertificates('system'), ...(ca === null ? [] : [ca])];
}
