import { isIPv6 } from 'node:net';

/**
 * What stands for one client: an IPv4 address, or the first 64 bits of an IPv6 address. A subscriber has at least those
 * to himself (RFC 6177), and choosing among the rest must gain him nothing.
 */
export function addressBlock(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  const [head, tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array<string>(8 - head!.length - tail.length).fill('0');
  const network = [...head!, ...zeros, ...tail].slice(0, 4);
  return `${network.map((group) => parseInt(group, 16).toString(16)).join(':')}::/64`;
}
