import { BlockList, isIPv4 } from 'node:net';

/** IPv4 that is not on the public internet: the registry of special-purpose addresses (RFC 6890), and multicast. */
const SPECIAL_IPV4 = blockList('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local, with the metadata service of most clouds.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Public by its number, and answered by the host of every virtual machine on Azure.
  ['168.63.129.16', 32],
]);

/** Of IPv6 only this is handed out for the internet: no loopback, link-local, unique local, IPv4-mapped or NAT64. */
const GLOBAL_IPV6 = blockList('ipv6', [['2000::', 3]]);

/** What of it leads elsewhere: protocol assignments with Teredo, documentation, and 6to4, which wraps any IPv4. */
const SPECIAL_IPV6 = blockList('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]);

/** Whether an IP address is one that strangers may have us connect to. */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !SPECIAL_IPV4.check(address, 'ipv4');
  return GLOBAL_IPV6.check(address, 'ipv6') && !SPECIAL_IPV6.check(address, 'ipv6');
}

function blockList(family: 'ipv4' | 'ipv6', subnets: [network: string, bits: number][]): BlockList {
  const list = new BlockList();
  for (const [network, bits] of subnets) list.addSubnet(network, bits, family);
  return list;
}
