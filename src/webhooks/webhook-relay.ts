import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Transactions } from '../common/database/transactions';
import { Relay } from '../notifications/relay';
import { type Parcel, Transport } from '../notifications/transport';
import { WebhookBacklog } from './webhook-backlog';

/** Hands deliveries over soon after they are made, and whenever one of the endpoint's is done. */
@Injectable()
export class WebhookRelay extends Relay<Parcel> {
  protected readonly rows = 'Webhook deliveries';

  constructor(transactions: Transactions, backlog: WebhookBacklog, transport: Transport, logger: PinoLogger) {
    super(transactions, backlog, transport, logger);
    backlog.onAdded(() => this.nudge());
  }
}
