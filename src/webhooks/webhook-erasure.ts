import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ContactErasure } from '../contacts/contact-erasure';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository';

/**
 * What is stored for endpoints about an erased contact is removed, sent or not. Endpoints learn of the erasure itself:
 * tickets without names, and a contact that is deleted.
 */
@Injectable()
export class WebhookErasure implements OnModuleInit {
  constructor(
    private readonly erasure: ContactErasure,
    private readonly deliveries: WebhookDeliveriesRepository,
  ) {}

  onModuleInit(): void {
    this.erasure.register((manager, contact) => this.deliveries.forget(manager, contact));
  }
}
