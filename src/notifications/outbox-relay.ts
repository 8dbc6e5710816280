import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Transactions } from '../common/database/transactions';
import { Outbox } from './outbox';
import type { OutboxMessage } from './outbox-message.entity';
import { OutboxRepository } from './outbox.repository';
import { Relay } from './relay';
import { Transport } from './transport';

/** Hands messages over soon after they are written. */
@Injectable()
export class OutboxRelay extends Relay<OutboxMessage> {
  protected readonly rows = 'Messages';

  constructor(
    transactions: Transactions,
    repository: OutboxRepository,
    transport: Transport,
    logger: PinoLogger,
    outbox: Outbox,
  ) {
    super(transactions, repository, transport, logger);
    outbox.onAdded(() => this.nudge());
  }
}
