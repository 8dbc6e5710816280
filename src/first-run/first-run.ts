import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Authenticator } from '../common/auth/authenticator';
import { ORGANIZATION_SCOPES } from '../common/auth/scopes';
import { ENVIRONMENT, type Environment } from '../common/config/environment';
import { isTableMissing } from '../common/database/postgres-error';
import { Transactions } from '../common/database/transactions';
import { EventsService } from '../events/events.service';
import { ApiKeysService } from '../organizations/api-keys.service';
import { OrganizationsService } from '../organizations/organizations.service';
import { type Demo, DemoFile } from './demo-file';

/** Any number; the same in every process of an installation. */
const FIRST_RUN_LOCK = 8_431_077_202;

/** Puts the first things into an empty database: the bootstrap key in production, else a demo to try out. */
@Injectable()
export class FirstRun {
  private readonly demoFile: DemoFile;

  constructor(
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    private readonly transactions: Transactions,
    private readonly organizations: OrganizationsService,
    private readonly apiKeys: ApiKeysService,
    private readonly events: EventsService,
    private readonly authenticator: Authenticator,
  ) {
    this.demoFile = new DemoFile(environment.dataDir);
  }

  /** Returns the demo when there is one whose key still works. Throws a sentence for people when there are no tables. */
  async prepare(): Promise<Demo | null> {
    await this.fill().catch((error: unknown) => {
      if (!isTableMissing(error)) throw error;
      throw new Error('the database has no tables: run the migrations, or leave MIGRATE_ON_START on', {
        cause: error,
      });
    });
    if (this.environment.production) return null;
    const demo = await this.demoFile.read();
    return demo && (await this.authenticator.authenticate(demo.apiKey)) ? demo : null;
  }

  private async fill(): Promise<void> {
    await this.transactions.run(async (manager) => {
      await manager.query(`SET LOCAL lock_timeout = '1min'`);
      await manager.query('SELECT pg_advisory_xact_lock($1)', [FIRST_RUN_LOCK]);
      if (await this.organizations.exists(manager)) return;
      if (this.environment.production) await this.makeBootstrapKey(manager);
      // Before the commit: a crash in between leaves a file to be written again, and no demo whose key nobody knows.
      else await this.demoFile.write(await this.makeDemo(manager));
    });
  }

  private async makeBootstrapKey(manager: EntityManager): Promise<void> {
    const { bootstrapApiKey } = this.environment;
    if (bootstrapApiKey) await this.makeOrganization(manager, 'Default organization', bootstrapApiKey);
  }

  private async makeDemo(manager: EntityManager): Promise<Demo> {
    const { organizationId, key } = await this.makeOrganization(
      manager,
      'Demo organization',
      this.environment.bootstrapApiKey,
    );
    const start = new Date();
    start.setUTCDate(start.getUTCDate() + 30);
    start.setUTCHours(18, 0, 0, 0);
    const { event, generalAdmission } = await this.events.create(manager, organizationId, {
      name: 'Demo Night',
      description: 'An event to try Usher out with.',
      startsAt: start,
      startTimezone: 'Europe/Berlin',
      endsAt: new Date(start.getTime() + 4 * 3_600_000),
      endTimezone: 'Europe/Berlin',
      venue: { name: 'Kulturhaus', address: 'Marktplatz 1', city: 'Bremen', state: null, country: 'DE' },
      currency: 'EUR',
      capacity: 500,
      ticketPrice: 25,
    });
    return { apiKey: key, eventId: event.id, ticketClassId: generalAdmission.id };
  }

  private async makeOrganization(manager: EntityManager, name: string, key: string | undefined) {
    const { id: organizationId } = await this.organizations.create(manager, { name });
    const made = await this.apiKeys.create(manager, organizationId, {
      name: 'First key',
      scopes: ORGANIZATION_SCOPES,
      key,
    });
    return { organizationId, key: made.key };
  }
}
