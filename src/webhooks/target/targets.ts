import { isIP } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { ENVIRONMENT, type Environment } from '../../common/config/environment';
import { isPublic } from './addresses';
import { HostResolver } from './host-resolver';

export const MAX_URL_LENGTH = 2_000;

const LOOK_UP_MS = 2_000;

/** Why nothing is sent to an address; the message is for the organization that chose it. */
export class TargetRefused extends Error {}

/**
 * Decides where webhooks may go. A client chooses the URL and we make the request, from inside of the operator's
 * network (SSRF), so every address that the host has must be public. What is checked is what is connected to: see `post`.
 */
@Injectable()
export class Targets {
  private readonly privateAllowed: boolean;

  constructor(
    @Inject(ENVIRONMENT) { webhookPrivateTargets }: Environment,
    private readonly resolver: HostResolver,
  ) {
    this.privateAllowed = webhookPrivateTargets === 'allow';
  }

  /**
   * What is wrong with a URL, undefined when it may be kept. A host that has no address now may get one, and a name server
   * that fails may recover; each attempt looks again.
   */
  async problemOf(text: string): Promise<string | undefined> {
    const problem = this.problemOfText(text);
    if (problem || this.privateAllowed) return problem;
    const lookedUp = this.addressesOf(new URL(text), AbortSignal.timeout(LOOK_UP_MS));
    const addresses = await lookedUp.catch((): string[] => []);
    return addresses.every(isPublic) ? undefined : 'must not lead to a private address';
  }

  /** The addresses to connect to. @throws TargetRefused, and what `HostResolver` does */
  async addressesFor(text: string, signal: AbortSignal): Promise<string[]> {
    // Again, because what is allowed may have changed since the URL was taken.
    const problem = this.problemOfText(text);
    if (problem) throw new TargetRefused(`The URL ${problem}`);
    const addresses = await this.addressesOf(new URL(text), signal);
    if (addresses.length === 0) throw new TargetRefused('The host has no address');
    if (!this.privateAllowed && !addresses.every(isPublic)) {
      throw new TargetRefused('The host has a private address');
    }
    return addresses;
  }

  private problemOfText(text: string): string | undefined {
    const schemes = this.privateAllowed ? ['https:', 'http:'] : ['https:'];
    // White space and control characters are refused, which URL parsers would silently drop.
    const url = /[\s\p{Cc}]/u.test(text) || !URL.canParse(text) ? undefined : new URL(text);
    if (text.length > MAX_URL_LENGTH) return `must not be longer than ${MAX_URL_LENGTH} characters`;
    if (!url || !schemes.includes(url.protocol)) return `must be an ${schemes.join('// or ')}// URL`;
    if (url.username || url.password) return 'must not contain a user name or password';
    const port = Number(url.port || 443);
    if (port < 1024 && port !== 80 && port !== 443) return 'must have the port 80, 443 or one from 1024';
    return undefined;
  }

  /** The URL parser has written out what hides an address: hexadecimal, octal, shortened, or as one number. */
  private async addressesOf({ hostname }: URL, signal: AbortSignal): Promise<string[]> {
    const host = hostname.replace(/^\[|\]$/g, '');
    if (isIP(host)) return [host];
    if (/(^|\.)localhost\.?$/.test(host)) return ['127.0.0.1'];
    return this.resolver.resolve(host, signal);
  }
}
