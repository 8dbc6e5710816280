import { NODATA, NOTFOUND } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';

/**
 * Asks the name servers for all addresses of a host. Not `dns.lookup`: that occupies one of the few threads that all of
 * the process shares for as long as a name server is silent, and strangers choose these names. So `/etc/hosts` does not
 * count.
 */
@Injectable()
export class HostResolver {
  /** None when the host has none. @throws what went wrong when no name server tells, and why `signal` was aborted */
  async resolve(host: string, signal: AbortSignal): Promise<string[]> {
    const resolver = new Resolver({ timeout: 1_000, tries: 2 });
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    signal.removeEventListener('abort', cancel);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const failure = answers.find(isFailure);
    if (addresses.length > 0 || !failure) return addresses;
    signal.throwIfAborted();
    throw failure.reason as Error;
  }
}

/** Whether it leaves open what addresses there are. */
function isFailure(answer: PromiseSettledResult<string[]>): answer is PromiseRejectedResult {
  if (answer.status === 'fulfilled') return false;
  const { code } = answer.reason as { code?: string };
  return code !== NOTFOUND && code !== NODATA;
}
