import { Resolver } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';

/**
 * Asks the name servers for all addresses of a host. Not `dns.lookup`: that occupies one of the few threads that all of
 * the process shares for as long as a name server is silent, and strangers choose these names. So `/etc/hosts` does not
 * count.
 */
@Injectable()
export class HostResolver {
  /** None when the host has none, or nobody tells in time. */
  async resolve(host: string, signal: AbortSignal): Promise<string[]> {
    const resolver = new Resolver({ timeout: 1_000, tries: 2 });
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    signal.removeEventListener('abort', cancel);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  }
}
