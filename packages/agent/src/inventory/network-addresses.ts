import { networkInterfaces } from 'node:os';
import { clipText } from '../clip-text.ts';

/** The addresses under which others may reach this endpoint: none of its own loop, none of a single link. */
export function networkAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addressesOfOne) => addressesOfOne ?? [])
    .filter(({ internal, address }) => !internal && !/^fe[89ab][0-9a-f]:/i.test(address))
    .map(({ address }) => clipText(address, 64))
    .slice(0, 200);
}
