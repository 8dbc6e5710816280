import type { INestApplicationContext } from '@nestjs/common';
import { ALL_SCOPES, ORGANIZATION_SCOPES, type Scope } from '../../common/auth/scopes';
import { Transactions } from '../../common/database/transactions';
import { viewApiKey } from '../../organizations/api-key.view';
import { ApiKeysService } from '../../organizations/api-keys.service';
import { OrganizationsService } from '../../organizations/organizations.service';
import { print } from '../print';
import { inApp } from './in-app';
import { InvalidOption } from './invalid-option';

export interface KeyOptions {
  organization: string;
}

export interface NewKeyOptions extends KeyOptions {
  name: string;
  scopes: string;
  expiresAt?: Date;
  json?: boolean;
}

export async function createApiKey({
  organization,
  scopes: text,
  json,
  ...options
}: NewKeyOptions): Promise<void> {
  const scopes = scopesOf(text);
  await inApp(async (app) => {
    await expectOrganization(app, organization);
    const { apiKey, key } = await app
      .get(Transactions)
      .run((manager) => app.get(ApiKeysService).create(manager, organization, { ...options, scopes }));
    print({ id: apiKey.id, api_key: key }, json);
  });
}

export function listApiKeys({ organization }: KeyOptions): Promise<void> {
  return inApp(async (app) => {
    await expectOrganization(app, organization);
    const { rows } = await app.get(ApiKeysService).list(organization, { offset: 0, limit: 10_000 });
    for (const apiKey of rows) process.stdout.write(`${JSON.stringify(viewApiKey(apiKey))}\n`);
  });
}

export function revokeApiKey(id: string, { organization }: KeyOptions): Promise<void> {
  return inApp(async (app) => {
    await expectOrganization(app, organization);
    await app.get(Transactions).run((manager) => app.get(ApiKeysService).revoke(manager, organization, id));
    print({ revoked: id });
  });
}

async function expectOrganization(app: INestApplicationContext, id: string): Promise<void> {
  const organization = await app.get(OrganizationsService).find(id);
  if (!organization) throw new Error(`There is no organization ${id}`);
}

/** Modules bring scopes of their own, so these are not all known before the app is loaded. */
function scopesOf(text: string): Scope[] {
  const wanted = text === 'all' ? [...ORGANIZATION_SCOPES] : text.split(',').map((scope) => scope.trim());
  const unknown = wanted.filter((scope) => !ALL_SCOPES.some((known) => known === scope));
  if (unknown.length > 0) {
    const reason = `Unknown: ${unknown.join(', ')}. Allowed: all, ${ALL_SCOPES.join(', ')}.`;
    throw new InvalidOption('--scopes <scopes>', text, reason);
  }
  return wanted as Scope[];
}
