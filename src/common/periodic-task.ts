import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { PinoLogger } from 'nestjs-pino';
import { describeFault } from './errors/fault';

/** Work that a process does from time to time beside its requests. A turn that fails is logged; the next one tries again. */
export abstract class PeriodicTask implements OnApplicationBootstrap, BeforeApplicationShutdown {
  protected abstract readonly everyMs: number;
  /** Said in the log when a turn fails. */
  protected abstract readonly failure: string;
  protected stopped = false;
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;

  constructor(private readonly logger: PinoLogger) {}

  protected abstract work(): Promise<unknown>;

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= this.runOnce().finally(() => (this.running = undefined));
    }, this.everyMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  private async runOnce(): Promise<void> {
    try {
      await this.work();
    } catch (error) {
      this.logger.warn({ fault: describeFault(error) }, this.failure);
    }
  }
}
