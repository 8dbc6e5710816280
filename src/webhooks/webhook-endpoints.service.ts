import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../common/auth/caller';
import { grants, type Scope } from '../common/auth/scopes';
import { transactionTime } from '../common/database/statements';
import type { Page, Window } from '../common/http/page';
import { newId } from '../common/ids/ids';
import { DOMAIN_EVENT_TYPES, type DomainEventType } from '../domain-events/domain-event';
import { generateSecret } from './signature';
import { type EndpointStatus, WebhookEndpoint } from './webhook-endpoint.entity';
import { WebhookEndpointsRepository } from './webhook-endpoints.repository';
import { TooManyWebhookEndpoints, TypesExceedScopes, WebhookEndpointNotFound } from './webhooks.errors';

/** What a client sets. A field that is left out stays as it is; `given` leaves out what is undefined. */
export type EndpointChanges = Partial<Pick<WebhookEndpoint, 'url' | 'description' | 'types'>> & {
  status?: EndpointStatus;
};

export type NewEndpoint = EndpointChanges & Pick<WebhookEndpoint, 'url'>;

/** Each thing that happens is sent to each of them. Requests that come together may exceed it by as many. */
export const MOST_ENDPOINTS = 50;

@Injectable()
export class WebhookEndpointsService {
  constructor(private readonly repository: WebhookEndpointsRepository) {}

  list(organizationId: string, window: Window): Promise<Page<WebhookEndpoint>> {
    return this.repository.list(organizationId, window);
  }

  /** @throws WebhookEndpointNotFound */
  async get(organizationId: string, id: string): Promise<WebhookEndpoint> {
    const endpoint = await this.repository.find(organizationId, id);
    if (!endpoint) throw new WebhookEndpointNotFound();
    return endpoint;
  }

  /** @throws TypesExceedScopes, TooManyWebhookEndpoints */
  async create(
    manager: EntityManager,
    { organizationId, scopes }: Caller,
    wanted: NewEndpoint,
  ): Promise<WebhookEndpoint> {
    const now = await transactionTime(manager);
    const endpoint = Object.assign(new WebhookEndpoint(), BLANK, {
      organizationId,
      id: newId('webhookEndpoint'),
      secret: generateSecret(),
      createdAt: now,
      updatedAt: now,
    });
    change(endpoint, wanted, now);
    assertReadable(scopes, endpoint.types);
    if ((await this.repository.count(manager, organizationId)) >= MOST_ENDPOINTS) {
      throw new TooManyWebhookEndpoints(MOST_ENDPOINTS);
    }
    await this.repository.insert(manager, endpoint);
    return endpoint;
  }

  /** @throws WebhookEndpointNotFound, TypesExceedScopes */
  async update(
    manager: EntityManager,
    { organizationId, scopes }: Caller,
    id: string,
    changes: EndpointChanges,
  ): Promise<WebhookEndpoint> {
    const endpoint = await this.lock(manager, organizationId, id);
    change(endpoint, changes, await transactionTime(manager));
    assertReadable(scopes, endpoint.types);
    await this.repository.save(manager, endpoint);
    return endpoint;
  }

  /** @throws WebhookEndpointNotFound */
  async rotateSecret(manager: EntityManager, organizationId: string, id: string): Promise<WebhookEndpoint> {
    const endpoint = await this.lock(manager, organizationId, id);
    endpoint.rotate(generateSecret(), await transactionTime(manager));
    await this.repository.save(manager, endpoint);
    return endpoint;
  }

  /** What waits for it is never sent. @throws WebhookEndpointNotFound */
  async delete(manager: EntityManager, organizationId: string, id: string): Promise<void> {
    if (!(await this.repository.delete(manager, organizationId, id))) throw new WebhookEndpointNotFound();
  }

  /** Locked for the rest of the transaction. @throws WebhookEndpointNotFound */
  async lock(manager: EntityManager, organizationId: string, id: string): Promise<WebhookEndpoint> {
    const endpoint = await this.repository.lock(manager, organizationId, id);
    if (!endpoint) throw new WebhookEndpointNotFound();
    return endpoint;
  }
}

/** What a new endpoint is unless told otherwise. */
const BLANK = {
  description: null,
  types: null,
  previousSecret: null,
  previousSecretExpiresAt: null,
  failingSince: null,
  lastFailureAt: null,
  disabledAt: null,
  disabledReason: null,
} satisfies Partial<WebhookEndpoint>;

function change(endpoint: WebhookEndpoint, { status, ...fields }: EndpointChanges, now: Date): void {
  const { url = endpoint.url } = fields;
  if (url !== endpoint.url) endpoint.failingSince = null;
  Object.assign(endpoint, fields, { updatedAt: now });
  if (status === 'enabled') endpoint.enable();
  if (status === 'disabled') endpoint.disable('requested', now);
}

/** @throws TypesExceedScopes */
function assertReadable(held: readonly Scope[], types: readonly DomainEventType[] | null): void {
  const needed = new Set((types ?? DOMAIN_EVENT_TYPES).map(scopeToRead));
  const missing = [...needed].filter((scope) => !grants(held, scope));
  if (missing.length > 0) throw new TypesExceedScopes(missing);
}

/** `attendee.created` tells what `attendees:read` shows. */
function scopeToRead(type: DomainEventType): Scope {
  const [thing] = type.split('.') as ['attendee' | 'event' | 'contact'];
  return `${thing}s:read`;
}
