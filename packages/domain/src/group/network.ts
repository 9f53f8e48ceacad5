/** An IP address as a number; `bits` is 32 or 128. */
export interface Address {
  readonly bits: 32 | 128;
  readonly number: bigint;
}

/** The addresses that share the first `prefix` bits with `address`. */
export interface Network {
  readonly address: Address;
  readonly prefix: number;
}

const byte = /^(?:0|[1-9]\d{0,2})$/;
const group = /^[0-9a-f]{1,4}$/i;

/** Reads an address of IPv4 or IPv6, without a zone; null when it is none. */
export function parseAddress(text: string): Address | null {
  const bytes = text.split('.');
  if (bytes.length === 4 && bytes.every((one) => byte.test(one) && Number(one) < 256)) {
    return { bits: 32, number: joined(bytes.map(Number), 8n) };
  }
  const groups = groupsOf(text);
  return groups === null ? null : { bits: 128, number: joined(groups, 16n) };
}

/** Reads a network such as `10.1.0.0/16`, or one address; null when it is none or when bits after the prefix are set. */
export function parseNetwork(text: string): Network | null {
  const [, address = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const parsed = parseAddress(address);
  if (parsed === null) return null;
  const prefix = length === undefined ? parsed.bits : Number(length);
  if (prefix > parsed.bits) return null;
  const rest = BigInt(parsed.bits - prefix);
  return (parsed.number >> rest) << rest === parsed.number ? { address: parsed, prefix } : null;
}

/** Whether an address is in a network. */
export function isWithin(address: Address, { address: begin, prefix }: Network): boolean {
  const rest = BigInt(begin.bits - prefix);
  return address.bits === begin.bits && address.number >> rest === begin.number >> rest;
}

function groupsOf(text: string): number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const given = [...head, ...tail];
  if (!given.every((one) => group.test(one))) return null;
  const missing = 8 - given.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  return [...head, ...Array.from({ length: missing }, () => '0'), ...tail].map((one) =>
    Number.parseInt(one, 16),
  );
}

function joined(parts: readonly number[], width: bigint): bigint {
  return parts.reduce((number, part) => (number << width) | BigInt(part), 0n);
}
