import { isISO4217CurrencyCode } from 'class-validator';
import { ORGANIZATION_SCOPES } from '../../common/auth/scopes';
import { Transactions } from '../../common/database/transactions';
import { ApiKeysService } from '../../organizations/api-keys.service';
import { OrganizationsService } from '../../organizations/organizations.service';
import { print } from '../print';
import { inApp } from './in-app';
import { InvalidOption } from './invalid-option';

export interface NewOrganizationOptions {
  name: string;
  currency: string;
  json?: boolean;
}

export async function createOrganization({
  name,
  currency: text,
  json,
}: NewOrganizationOptions): Promise<void> {
  const currency = currencyCode(text);
  await inApp(async (app) => {
    const made = await app.get(Transactions).run(async (manager) => {
      const organization = await app.get(OrganizationsService).create(manager, { name, currency });
      const { key } = await app
        .get(ApiKeysService)
        .create(manager, organization.id, { name: 'First key', scopes: ORGANIZATION_SCOPES });
      return { organization_id: organization.id, api_key: key };
    });
    print(made, json);
  });
}

function currencyCode(text: string): string {
  const code = text.toUpperCase();
  if (isISO4217CurrencyCode(code)) return code;
  throw new InvalidOption('--currency <code>', text, 'Must be an ISO 4217 code like EUR.');
}
