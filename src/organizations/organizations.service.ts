import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { newId } from '../common/ids/ids';
import { Organization } from './organization.entity';

@Injectable()
export class OrganizationsService {
  constructor(@InjectRepository(Organization) private readonly organizations: Repository<Organization>) {}

  async create(manager: EntityManager, wanted: { name: string; currency?: string }): Promise<Organization> {
    const organization = manager.create(Organization, {
      id: newId('organization'),
      currency: 'USD',
      ...wanted,
    });
    await manager.insert(Organization, organization);
    return organization;
  }

  get(manager: EntityManager, id: string): Promise<Organization> {
    return manager.findOneByOrFail(Organization, { id });
  }

  find(id: string): Promise<Organization | null> {
    return this.organizations.findOneBy({ id });
  }

  /** Whether the database has any organization; a new one has none. */
  exists(manager: EntityManager): Promise<boolean> {
    return manager.exists(Organization);
  }
}
